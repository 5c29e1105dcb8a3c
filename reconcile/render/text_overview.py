"""The overview of a host for people: a table with a row for each domain."""

from rich.console import Console

from reconcile.model.domain import DomainState
from reconcile.model.overview import DomainOverview, HeldSpace
from reconcile.render import style
from reconcile.render.lines import Part, line, show
from reconcile.render.sizes import size
from reconcile.render.table import Column, table_lines
from reconcile.render.times import age
from reconcile.views.overview import OverviewView
from reconcile.views.words import count

NOTHING = "-"
UNSEEN = "?"
_COLUMNS = (
    Column("Domain"),
    Column("State"),
    Column("Snapshots", right=True),
    Column("Owned", right=True),
    Column("Current"),
    Column("Chain", right=True),
    Column("Oldest", right=True),
    Column("Held"),
    Column("Findings", right=True),
)
_STATES = {DomainState.RUNNING: style.GOOD, DomainState.SHUTOFF: style.FAINT}


def show_overview(console: Console, view: OverviewView, now: int) -> None:
    """The domains, and how many there are; `now` is in seconds since the epoch."""
    show(console, table_lines(console, _COLUMNS, [_cells(each, now) for each in view.domains]))
    many = f"{count(len(view.domains), 'domain')}, {count(view.snapshots, 'snapshot')}"
    show(console, [line((f"{view.connect}: {many}", style.FAINT))])


def _cells(row: DomainOverview, now: int) -> tuple[Part, ...]:
    return (
        (row.id.name, style.NAME),
        (row.state, _STATES.get(row.state, style.NOTICE)),
        str(row.snapshots),
        str(row.owned),
        row.current or NOTHING,
        str(row.depth),
        NOTHING if row.oldest is None else age(max(0, now - row.oldest)),
        held(row.held) if row.snapshots else NOTHING,
        (str(row.findings), style.NOTICE) if row.findings else "0",
    )


def held(space: HeldSpace) -> str:
    """The size of files, and whether more lies where it cannot be counted."""
    if space.size is None:
        return UNSEEN
    if space.inside:
        return f"{size(space.size)} + in disks" if space.size else "in disks"
    return size(space.size)
