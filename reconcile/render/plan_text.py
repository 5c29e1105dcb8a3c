"""A plan for people: the tree, the numbered steps, what is refused, and the count."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.segment import Segment
from rich.text import Text

from reconcile.libvirt.calls import calls
from reconcile.model.action import Create
from reconcile.model.plan import Change, DomainPlan, Plan, Reason, Refusal, Step
from reconcile.model.snapshot import DiskKind, MemoryKind
from reconcile.planfile.encode import parent, summary
from reconcile.render.console import safe, show
from reconcile.render.tree_text import drawing, sign

SHORT = 60  # characters of a compared value, unless --why asks for all of it


@dataclass(frozen=True, slots=True)
class Detail:
    """How much is shown: `why` both compared values in full, `xml` the libvirt calls."""

    why: bool = False
    xml: bool = False


def show_plan(console: Console, plan: Plan, detail: Detail) -> None:
    """Domain by domain, and at the end how much it is and its digest, for --expect."""
    for domain in plan.domains:
        _domain(console, domain, detail)
    show(console, [_total(plan)])


def _domain(console: Console, plan: DomainPlan, detail: Detail) -> None:
    title = Text(safe(plan.observed.name), style="bold").append(
        f"  {safe(plan.id.host.uri)}", style="dim"
    )
    console.print(title.append("  in sync", style="green") if plan.in_sync else title)
    if not plan.in_sync:
        _tree(console, plan)
    for number, step in enumerate(plan.steps, 1):
        show(console, _step(number, step, plan, detail))
    for refusal in plan.refusals:
        show(console, _refusal(refusal))
    show(console, _rest(plan))
    if not plan.in_sync:
        console.print()


def _tree(console: Console, plan: DomainPlan) -> None:
    """Line by line, since a whole tree is padded with blanks to the width of the terminal."""
    tree = drawing(plan)
    if tree is None:
        return
    for line in console.render_lines(tree, pad=False):
        console.print(Text("  ").append_text(_text(line)))
    console.print()


def _text(segments: Iterable[Segment]) -> Text:
    return Text.assemble(*((each.text, each.style or "") for each in segments))


def _step(number: int, step: Step, plan: DomainPlan, detail: Detail) -> Iterator[Text]:
    mark, style = sign(step.action)
    line = Text(f"  {number:>3}  ").append(f"{mark} {step.action.kind} ", style=style)
    line.append(safe(step.action.snapshot), style="bold")
    yield line.append(_place(step, plan))
    if isinstance(step.action, Create):
        yield Text(f"       {_captured(step.action)}", style="dim")
    for change in step.changes:
        yield Text(f"       {_change(change, detail)}")
    if step.hazards:
        yield Text(f"       hazards: {', '.join(step.hazards)}", style="yellow")
    if detail.xml:
        yield from _calls(step)


_WHY = {
    Reason.UNDECLARED: "  (no longer declared)",
    Reason.PLACE: "  (to create below it)",
    Reason.ALWAYS: "  (`revert: always` is declared)",
    Reason.RENAMED: "  (renamed: metadata only)",
    Reason.CLONED: "  (cloned: metadata only)",
    Reason.LOST: "  (lost metadata, from its dump)",
    Reason.FORGOTTEN: "  (metadata only, the data stays)",
    Reason.REPLACED: "  (to be taken again as another kind)",
}


def _place(step: Step, plan: DomainPlan) -> str:
    if isinstance(step.action, Create):
        above = parent(step.action, plan)
        return f" below {safe(above)}" if above else " as a root"
    return _WHY.get(step.reason, "")


def _captured(action: Create) -> str:
    """Memory and disks in a line; files only where a reader could not guess them."""
    memory = str(action.memory.kind)
    if action.memory.kind is MemoryKind.EXTERNAL:
        memory = f"external {safe(action.memory.file or '')}"
    disks = [
        f"{disk.target} {disk.kind}" for disk in action.disks if disk.kind is not DiskKind.NONE
    ]
    return f"memory {memory}; disks {', '.join(disks) or 'none'}"


def _change(change: Change, detail: Detail) -> str:
    observed, desired = (_value(each, detail) for each in (change.observed, change.desired))
    return f"{safe(change.field)}: {observed} → {desired}"


def _value(value: str | None, detail: Detail) -> str:
    if value is None:
        return "none"
    text = safe(value)
    return f'"{text}"' if detail.why or len(text) <= SHORT else f'"{text[: SHORT - 1]}…"'


def _calls(step: Step) -> Iterator[Text]:
    for call in calls(step.action):
        yield Text(f"       {call.function}({' | '.join(call.flags) or '0'})", style="cyan")
        body = call.xml or call.note or ""
        yield from (Text(f"         {safe(line)}", style="dim") for line in body.splitlines())


def _refusal(refusal: Refusal) -> Iterator[Text]:
    name = f"{safe(refusal.snapshot)}: " if refusal.snapshot else ""
    line = Text("    ✗  ", style="red").append("refused ", style="bold red")
    yield line.append(f"{name}{safe(refusal.message)}", style="default")
    yield Text(f"       {safe(refusal.remedy)}  [{refusal.code}]", style="dim")


def _rest(plan: DomainPlan) -> Iterator[Text]:
    for warning in plan.warnings:
        yield Text(f"    !  {safe(warning)}", style="yellow")
    if plan.unmanaged:
        names = ", ".join(map(safe, plan.unmanaged))
        yield Text(f"       not ours, left alone: {names}", style="dim")
    if plan.steps:
        yield Text(f"       {_guarantee(plan)}", style="dim")


def _guarantee(plan: DomainPlan) -> str:
    """How far the plan can be taken back; a blocked one is not begun."""
    if plan.refusals:
        return "blocked: none of this domain's steps will be applied"
    first = next((n for n, step in enumerate(plan.steps, 1) if not step.reversible), None)
    return "all of it can be undone" if first is None else f"no way back from step {first} on"


def _total(plan: Plan) -> Text:
    count = summary(plan)
    actions = ", ".join(f"{count[k]} to {k}" for k in ("create", "redefine", "delete", "revert"))
    refused = f"; {count['refused']} refused" if count["refused"] else ""
    if not plan.domains:
        return Text("No domain is selected: nothing to do.", style="yellow")
    if plan.in_sync:
        return Text("In sync: nothing to do.", style="green")
    return Text(f"Plan: {actions}{refused}. ", style="bold").append(plan.digest, style="dim")
