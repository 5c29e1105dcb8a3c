"""A diagnosis for people: the host's operations, then each domain with what was found."""

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.text import Text

from reconcile.model.diagnosis import Ability, DomainDiagnosis, Operation
from reconcile.model.finding import Finding
from reconcile.render import style
from reconcile.render.lines import line, show
from reconcile.views.diagnosis import DiagnosisView
from reconcile.views.words import count


def show_diagnosis(console: Console, view: DiagnosisView) -> None:
    """What the host can do, what is wrong, and at the end how much it is."""
    show(console, _lines(view))


def _lines(view: DiagnosisView) -> Iterator[Text]:
    yield line((view.host.uri, style.NAME), (f"  {view.libvirt}", style.FAINT))
    yield from map(_operation, view.operations)
    yield from _findings(view.findings)
    for note in view.notes:
        yield line((f"  !  {note}", style.NOTICE))
    yield Text()
    quiet = [each for each in view.domains if _is_quiet(each)]
    for domain in view.domains:
        if domain not in quiet:
            yield from _domain(domain)
            yield Text()
    if quiet:
        names = ", ".join(each.id.name for each in quiet)
        many = count(len(quiet), "domain")
        yield line((f"{many} without findings", style.GOOD), f": {names}")
    yield _total(view)


def _is_quiet(domain: DomainDiagnosis) -> bool:
    """Whether nothing was found, and each kind of snapshot can be taken."""
    return not domain.findings and all(each.refusal is None for each in domain.abilities)


def _operation(operation: Operation) -> Text:
    sign = ("  ✓  ", style.GOOD) if operation.possible else ("  ✗  ", style.BAD)
    remark = f" ({operation.remark})" if operation.remark else ""
    return line(sign, operation.name, (remark, style.FAINT))


def _domain(view: DomainDiagnosis) -> Iterator[Text]:
    yield line((view.id.name, style.NAME), (f"  {view.state}", style.FAINT))
    yield from _findings(view.findings)
    told = {str(finding.code) for finding in view.findings}
    for ability in view.abilities:
        yield from _ability(ability, told)
        told |= {ability.refusal.code} if ability.refusal else set()


def _ability(ability: Ability, told: set[str]) -> Iterator[Text]:
    """A kind of snapshot; why it cannot be taken is said once, where several share the reason."""
    refusal = ability.refusal
    if refusal is None:
        yield line(("  ✓  ", style.GOOD), ability.name)
        return
    code = (f"  [{refusal.code}]", style.FAINT)
    if refusal.code in told:
        yield line(("  ✗  ", style.BAD), f"{ability.name}: refused, see above", code)
        return
    yield line(("  ✗  ", style.BAD), f"{ability.name}: {refusal.message}")
    yield line(f"     {refusal.remedy}", code)


def _findings(findings: Iterable[Finding]) -> Iterator[Text]:
    for finding in findings:
        subject = f"{finding.subject}: " if finding.subject else ""
        yield line(("  !  ", style.LOSS), f"{subject}{finding.message}")
        yield line(f"     {finding.way}", (f"  [{finding.code}]", style.FAINT))


def _total(view: DiagnosisView) -> Text:
    if view.count == 0:
        return line(("No findings.", style.GOOD))
    found = (f"{count(view.count, 'finding')}. ", style.NAME)
    return line(found, "`reconcile explain CODE` tells more of each.")
