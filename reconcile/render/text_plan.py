"""A plan for people: trees, numbered steps, what is refused, and what it amounts to."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from reconcile.render import style
from reconcile.render.console import draws
from reconcile.render.lines import line, show
from reconcile.render.text_step import step_lines
from reconcile.render.text_tree import tree_lines
from reconcile.views.plan import Counts, DomainPlanView, PlanView, RefusalView, Standing
from reconcile.views.words import count

FEW = 3  # domains in sync that are listed with their hosts; more of them share a line
HANDFUL = 5  # domains with something to do that a reader keeps in mind without a summary
NO_RETURN = "no way back from here on"
RULE = "─" * 3


def show_plan(console: Console, plan: PlanView) -> None:
    """Print a plan domain by domain, then its size and its digest, for --expect."""
    quiet = tuple(each for each in plan.domains if _quiet(each))
    collapsed = quiet if len(quiet) > FEW else ()
    told = [each for each in plan.domains if each not in collapsed]
    for domain in told:
        show(console, _domain(domain, ascii_only=not draws(console)))
    busy = [each for each in told if each.standing is not Standing.IN_SYNC]
    if len(busy) > HANDFUL:
        show(console, _summary(busy))
    if collapsed:
        show(console, [_collapsed(collapsed)])
    show(console, [_total(plan)])


def show_loss(console: Console, final: Counts) -> None:
    """How many steps cannot be undone, on a line of its own before a question; none: nothing."""
    if final.steps:
        show(console, [line((f"{final.words} cannot be undone.", style.LOSS))])


def show_saved(console: Console, plan: PlanView, file: str, command: str) -> None:
    """Print where a plan was saved, and the command that applies it, if anything can be applied."""
    pending = any(each.standing is Standing.PENDING for each in plan.domains)
    if pending:
        then = f"to apply it: {command}"
    else:
        then = "there is nothing to apply" if plan.in_sync else "all of it is blocked"
    show(console, [line(f"Saved in {file}; {then}")])


def _quiet(plan: DomainPlanView) -> bool:
    """Whether there is nothing to tell of it but that it is in sync."""
    told = (plan.warnings, plan.foreign, plan.kept)
    return plan.standing is Standing.IN_SYNC and not any(told)


def _domain(plan: DomainPlanView, *, ascii_only: bool) -> Iterator[Text]:
    yield _title(plan)
    if plan.tree is not None:
        for each in tree_lines(plan.tree, ascii_only=ascii_only):
            yield Text("  ").append_text(each)
        yield Text()
    for step in plan.steps:
        if step.number == plan.no_return and plan.standing is Standing.PENDING:
            yield line((f"  {RULE} {NO_RETURN} {RULE}", style.LOSS))
        yield from step_lines(step)
    if plan.steps and plan.undoable and plan.standing is Standing.PENDING:
        yield line(("  all of it can be undone", style.FAINT))
    for refusal in plan.refusals:
        yield from _refusal(refusal)
    yield from _rest(plan)
    if plan.standing is not Standing.IN_SYNC:
        yield Text()


def _title(plan: DomainPlanView) -> Text:
    styles = {Standing.IN_SYNC: style.GOOD, Standing.BLOCKED: style.BAD}
    told = styles.get(plan.standing)
    standing = (f"  {plan.standing}", told) if told else ""
    return line(
        (plan.domain.name, style.NAME), (f"  {plan.domain.host.uri}", style.FAINT), standing
    )


def _refusal(refusal: RefusalView) -> Iterator[Text]:
    name = f"{refusal.snapshot}: " if refusal.snapshot else ""
    yield line(("  ✗  ", "red"), ("refused ", style.BAD), f"{name}{refusal.message}")
    place = f"  {refusal.place}" if refusal.place else ""
    yield line(f"     {refusal.remedy}", (f"  [{refusal.code}]{place}", style.FAINT))


def _rest(plan: DomainPlanView) -> Iterator[Text]:
    """What concerns the domain as a whole."""
    if plan.steps and plan.standing is Standing.BLOCKED:
        yield line(("  blocked: none of these steps will be taken", style.BAD))
    for warning in plan.warnings:
        yield line((f"  !  {warning}", style.NOTICE))
    if plan.foreign:
        yield line(f"  not ours, left alone: {', '.join(plan.foreign)}")
    if plan.kept:
        yield line(f"  not declared, kept by `prune: none`: {', '.join(plan.kept)}")


def _summary(plans: list[DomainPlanView]) -> Iterator[Text]:
    """A line per domain, where the plan is too long to be kept in mind."""
    yield line(("Summary", style.NAME))
    width = max(len(each.domain.name) for each in plans)
    for plan in plans:
        blocked = ("  blocked", style.BAD) if plan.standing is Standing.BLOCKED else ""
        final = plan.standing is Standing.PENDING and plan.no_return is not None
        loss = ("  no way back", style.LOSS) if final else ""
        yield line(f"  {plan.domain.name:<{width}}  {amount(plan.counts)}", blocked, loss)
    yield Text()


def _collapsed(plans: tuple[DomainPlanView, ...]) -> Text:
    names = ", ".join(each.domain.name for each in plans)
    return line((f"{count(len(plans), 'domain')} in sync", style.GOOD), f": {names}")


def amount(counts: Counts) -> str:
    """The number of steps of each kind, and of refusals, in words."""
    steps = ", ".join(f"{number} to {kind}" for kind, number in counts.steps)
    refused = f"{counts.refused} refused" if counts.refused else ""
    return "; ".join(filter(None, (steps, refused)))


def _total(plan: PlanView) -> Text:
    if not plan.domains:
        return line(("No domain is selected: nothing to do.", style.NOTICE))
    if plan.in_sync:
        return line(("In sync: nothing to do.", style.GOOD))
    return line((f"Plan: {amount(plan.counts)}. ", style.NAME), (plan.digest, style.FAINT))
