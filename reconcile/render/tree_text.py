"""The tree of a plan: before and after in one, with a sign for what happens to each snapshot."""

from rich.text import Text
from rich.tree import Tree as Branch

from reconcile.model.action import Action, Create, Delete, Redefine, Revert
from reconcile.model.domain import Domain
from reconcile.model.plan import DomainPlan
from reconcile.model.tree import Tree
from reconcile.render.console import safe

MOST = 200  # snapshots drawn; a larger tree is listed by its steps alone


def drawing(plan: DomainPlan) -> Branch | None:
    """The tree as it will be, with what is deleted still in its place; None if it is too big."""
    before, after = plan.observed.tree, _end(plan).tree
    names = {*before.snapshots, *after.snapshots}
    if not names or len(names) > MOST:
        return None
    signs = {step.action.snapshot: sign(step.action) for step in plan.steps}
    refused = {each.snapshot for each in plan.refusals}
    root = Branch(Text("snapshots", style="dim"), guide_style="dim")
    branches: dict[str | None, Branch] = {None: root}
    for name in _order(before, after):
        label = _label(name, signs.get(name), after, refused=name in refused)
        parent = (after.get(name) or before[name]).parent
        branches[name] = branches.get(parent, root).add(label)
    return root


def sign(action: Action) -> tuple[str, str]:
    """The sign of an action and its style."""
    match action:
        case Create():
            return "+", "green"
        case Redefine():
            return "~", "yellow"
        case Delete():
            return "-", "red"
        case Revert():
            return "↩", "magenta"


def _end(plan: DomainPlan) -> Domain:
    return plan.expected[-1] if plan.expected else plan.observed


def _order(before: Tree, after: Tree) -> list[str]:
    """Everything that stays or comes, then what goes, each behind its parent."""
    staying = [each.name for each in after.topological()]
    kept = set(staying)
    return [*staying, *(each.name for each in before.topological() if each.name not in kept)]


def _label(name: str, mark: tuple[str, str] | None, after: Tree, *, refused: bool) -> Text:
    text, style = mark or ("", "")
    label = Text(f"{text} {safe(name)}" if text else safe(name), style=style)
    if name == after.current:
        label.append(" *", style="bold")
    if refused:
        label.append(" (refused)", style="bold red")
    return label
