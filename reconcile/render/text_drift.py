"""Drift for people: readable as a mail of cron, whose first line says what it is about."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from reconcile.model.drift import Origin
from reconcile.render import style
from reconcile.render.lines import line, show
from reconcile.views.drift import DomainDriftView, DriftReport, DriftView
from reconcile.views.words import count

STYLES = {Origin.HOST: style.LOSS, Origin.BOTH: style.LOSS, Origin.UNKNOWN: style.NOTICE}
WIDTH = max(len(origin) for origin in Origin)


def show_drift(console: Console, report: DriftReport, *, quiet: bool) -> None:
    """Print a report: its sum, then domain by domain; `quiet`: nothing of what has not drifted."""
    if quiet and not report.drifted:
        return
    show(console, [_total(report)])
    told = [each for each in report.domains if _has_something(each)]
    for domain in told:
        if domain.drifted or not quiet:
            show(console, _domain(domain))


def _has_something(domain: DomainDriftView) -> bool:
    return bool(domain.differences or domain.unmanaged)


def _total(report: DriftReport) -> Text:
    if not report.domains:
        return line(("No domain is selected: nothing to compare.", style.NOTICE))
    counts = dict(report.summary)
    ahead = counts.pop(Origin.GIT)
    git = f" Git is ahead in {count(ahead, 'place')}: see `reconcile plan`." if ahead else ""
    if not report.drifted:
        return line((f"No drift in {count(len(report.domains), 'domain')}.", style.GOOD), git)
    words = {Origin.HOST: "on the host", Origin.BOTH: "both on the host and in git"}
    told = (f"{number} {words.get(origin, origin)}" for origin, number in counts.items() if number)
    drifted = sum(each.drifted for each in report.domains)
    where = f" in {count(drifted, 'domain')}"
    return line((f"Drift{where}: {', '.join(told)}.", style.NAME), git)


def _domain(domain: DomainDriftView) -> Iterator[Text]:
    yield Text()
    yield line((domain.domain.name, style.NAME), (f"  {domain.domain.host.uri}", style.FAINT))
    for each in domain.differences:
        yield _difference(each)
    if domain.unmanaged:
        names = ", ".join(f"{each.snapshot} ({each.words})" for each in domain.unmanaged)
        yield line(f"  not declared, left alone: {names}")


def _difference(view: DriftView) -> Text:
    origin = view.drift.origin
    about = view.drift.snapshot or "the domain"
    return line(
        (f"  {origin:<{WIDTH}}  ", STYLES.get(origin, style.FAINT)),
        (about, style.NAME),
        f": {view.words}",
    )
