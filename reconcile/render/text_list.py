"""Listings for people: the snapshots of a domain as a table, a tree or names."""

from rich.console import Console

from reconcile.render import style
from reconcile.render.console import draws
from reconcile.render.lines import Part, line, show
from reconcile.render.table import Column, table_lines
from reconcile.render.text_tree import node_lines
from reconcile.render.times import local_time
from reconcile.views.snapshot_list import SnapshotListView, SnapshotRowView, listed_nodes

_COLUMNS = (Column("Name"), Column("Creation Time"), Column("State"))


def show_snapshots(console: Console, view: SnapshotListView, *, parents: bool) -> None:
    """virsh's columns, and notes on what is current, owned or protected."""
    notes = any(each.notes for each in view.snapshots)
    extra = (*((Column("Parent"),) if parents else ()), *((Column("Notes"),) if notes else ()))
    rows = [_cells(each, parents=parents, notes=notes) for each in view.snapshots]
    show(console, table_lines(console, (*_COLUMNS, *extra), rows))


def show_names(console: Console, view: SnapshotListView) -> None:
    """A name on each line."""
    for each in view.snapshots:
        show(console, [line(each.name)])


def show_tree(console: Console, view: SnapshotListView, top: str | None) -> None:
    """The tree, or what lies below `top` with that snapshot itself."""
    show(console, node_lines(listed_nodes(view.snapshots, top), ascii_only=not draws(console)))


def _cells(row: SnapshotRowView, *, parents: bool, notes: bool) -> tuple[Part, ...]:
    cells: list[Part] = [(row.name, style.NAME), local_time(row.created), row.state]
    if parents:
        cells.append(row.parent or "")
    if notes:
        cells.append((", ".join(row.notes), style.FAINT))
    return tuple(cells)
