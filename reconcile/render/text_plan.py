"""A plan for people: the tree, the numbered steps, what is refused, and the count."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from reconcile.model.action import ActionKind
from reconcile.render.console import draws
from reconcile.render.lines import line, show
from reconcile.render.text_tree import SIGNS, tree_lines
from reconcile.views.plan import DomainPlanView, PlanView, RefusalView, Standing
from reconcile.views.step import CallView, ChangeView, StepView


def show_plan(console: Console, plan: PlanView) -> None:
    """Domain by domain, and at the end how much it is and its digest, for --expect."""
    for domain in plan.domains:
        show(console, _domain(domain, ascii_only=not draws(console)))
    show(console, [_total(plan)])


def _domain(plan: DomainPlanView, *, ascii_only: bool) -> Iterator[Text]:
    in_sync = plan.standing is Standing.IN_SYNC
    title = line((plan.domain.name, "bold"), (f"  {plan.domain.host.uri}", "dim"))
    yield title.append("  in sync", style="green") if in_sync else title
    if plan.tree is not None:
        for each in tree_lines(plan.tree, ascii_only=ascii_only):
            yield Text("  ").append_text(each)
        yield Text()
    for step in plan.steps:
        yield from _step(step)
    for refusal in plan.refusals:
        yield from _refusal(refusal)
    yield from _rest(plan)
    if not in_sync:
        yield Text()


def _step(step: StepView) -> Iterator[Text]:
    mark, style = SIGNS[step.kind]
    kind = (f"{mark} {step.kind} ", style)
    aside = ("  " if step.aside.startswith("(") else " ") + step.aside if step.aside else ""
    yield line(f"  {step.number:>3}  ", kind, (step.snapshot, "bold"), aside)
    if step.captured is not None:
        yield line((f"       {step.captured}", "dim"))
    for change in step.changes:
        yield line(f"       {_change(change)}")
    if step.hazards:
        hazards = ", ".join(each.hazard for each in step.hazards)
        yield line((f"       hazards: {hazards}", "yellow"))
    for call in step.calls:
        yield from _call(call)


def _change(change: ChangeView) -> str:
    return f"{change.field}: {_value(change.observed)} → {_value(change.desired)}"


def _value(value: str | None) -> str:
    return "none" if value is None else f'"{value}"'


def _call(call: CallView) -> Iterator[Text]:
    yield line((f"       {call.function}({' | '.join(call.flags) or '0'})", "cyan"))
    yield from (line((f"         {each}", "dim")) for each in call.body)


def _refusal(refusal: RefusalView) -> Iterator[Text]:
    name = f"{refusal.snapshot}: " if refusal.snapshot else ""
    yield line(("    ✗  ", "red"), ("refused ", "bold red"), f"{name}{refusal.message}")
    yield line((f"       {refusal.remedy}  [{refusal.code}]", "dim"))


def _rest(plan: DomainPlanView) -> Iterator[Text]:
    for warning in plan.warnings:
        yield line((f"    !  {warning}", "yellow"))
    if plan.foreign or plan.kept:
        names = ", ".join(sorted((*plan.foreign, *plan.kept)))
        yield line((f"       not ours, left alone: {names}", "dim"))
    if plan.steps:
        yield line((f"       {_guarantee(plan)}", "dim"))


def _guarantee(plan: DomainPlanView) -> str:
    """How far the plan can be taken back; a blocked one is not begun."""
    if plan.refusals:
        return "blocked: none of this domain's steps will be applied"
    if plan.no_return is None:
        return "all of it can be undone"
    return f"no way back from step {plan.no_return} on"


def _total(plan: PlanView) -> Text:
    if not plan.domains:
        return line(("No domain is selected: nothing to do.", "yellow"))
    if plan.in_sync:
        return line(("In sync: nothing to do.", "green"))
    found = dict(plan.counts.steps)
    actions = ", ".join(f"{found.get(kind, 0)} to {kind}" for kind in ActionKind)
    refused = f"; {plan.counts.refused} refused" if plan.counts.refused else ""
    return line((f"Plan: {actions}{refused}. ", "bold"), (plan.digest, "dim"))
