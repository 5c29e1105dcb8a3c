"""A tree as lines: guides, the signs of what happens to each snapshot, its name."""

from collections.abc import Iterator

from rich.text import Text

from reconcile.model.action import ActionKind
from reconcile.render.lines import line
from reconcile.views.tree import NodeView, TreeView

GUIDES = ("│   ", "    ", "├── ", "└── ")
ASCII_GUIDES = ("|   ", "    ", "+-- ", "`-- ")
SIGNS = {
    ActionKind.CREATE: ("+", "green"),
    ActionKind.REDEFINE: ("~", "yellow"),
    ActionKind.DELETE: ("-", "red"),
    ActionKind.REVERT: ("↩", "magenta"),
}


def tree_lines(tree: TreeView, *, ascii_only: bool) -> Iterator[Text]:
    """The tree below a heading."""
    through, blank, branch, end = ASCII_GUIDES if ascii_only else GUIDES
    yield line(("snapshots", "dim"))
    continues: list[bool] = []  # at each depth above: whether a sibling comes further down
    for node in tree.nodes:
        del continues[node.depth :]
        above = "".join(through if each else blank for each in continues)
        continues.append(not node.last)
        guide = above + (end if node.last else branch)
        yield line((guide, "dim")).append_text(_label(node))


def _label(node: NodeView) -> Text:
    sign, style = SIGNS[node.kinds[-1]] if node.kinds else ("", "")
    label = line((f"{sign} {node.name}" if sign else node.name, style))
    if node.current:
        label.append(" *", style="bold")
    if node.refused:
        label.append(" (refused)", style="bold red")
    return label
