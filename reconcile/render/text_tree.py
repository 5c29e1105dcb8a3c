"""Trees as lines: guides, the signs of what happens to each snapshot, its name."""

from collections.abc import Iterable, Iterator

from rich.text import Text

from reconcile.render import style
from reconcile.render.lines import Part, line
from reconcile.views.tree import NodeView, TreeView

GUIDES = ("│   ", "    ", "├── ", "└── ")
DEEPEST = 30  # levels that are indented: the lines of a deep chain would fill memory and screen
ASCII_GUIDES = ("|   ", "    ", "+-- ", "`-- ")


def tree_lines(tree: TreeView, *, ascii_only: bool) -> Iterator[Text]:
    """The lines of a tree, to stand below a heading."""
    yield line(("snapshots", style.FAINT))
    yield from node_lines(tree.nodes, ascii_only=ascii_only)


def node_lines(nodes: Iterable[NodeView], *, ascii_only: bool) -> Iterator[Text]:
    """One line for each snapshot. Below `DEEPEST` the depth is a number, not an indent."""
    through, blank, branch, end = ASCII_GUIDES if ascii_only else GUIDES
    continues: list[bool] = []  # at each depth above: whether a sibling comes further down
    for node in nodes:
        del continues[node.depth :]
        shown = continues if node.depth <= DEEPEST else continues[:0]
        above = "".join(through if each else blank for each in shown)
        depth = f"{node.depth:,} " if node.depth > DEEPEST else ""
        continues.append(not node.last)
        guide = above + depth + (end if node.last else branch)
        yield line((guide, style.FAINT), *_label(node))


def _label(node: NodeView) -> Iterator[Part]:
    """Several things may happen to one snapshot; its name has the colour of the last."""
    for kind in node.kinds:
        sign, colour = style.SIGNS[kind]
        yield (f"{sign} ", colour)
    yield (node.name, style.SIGNS[node.kinds[-1]][1] if node.kinds else "")
    if node.old_name is not None:
        yield f" (was {node.old_name})"
    if node.current:
        yield (" (current)", style.NAME)
    if node.refused:
        yield (" (refused)", style.BAD)
    if node.aside:
        yield (f"  {node.aside}", style.FAINT)
