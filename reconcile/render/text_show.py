"""A snapshot, or a domain with its tree, for people."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from rich.console import Console
from rich.text import Text

from reconcile.model.domain import Disk
from reconcile.model.fact import Fact
from reconcile.model.shown_snapshot import FileRole, SnapshotFile
from reconcile.model.snapshot import DataState, DiskKind
from reconcile.render import style
from reconcile.render.console import draws
from reconcile.render.lines import Part, line, show
from reconcile.render.sizes import size
from reconcile.render.text_tree import node_lines
from reconcile.render.times import age, local_time
from reconcile.views.shown_domain import DomainView
from reconcile.views.shown_snapshot import PossibleView, SnapshotView
from reconcile.views.snapshot_list import SnapshotRowView, listed_nodes
from reconcile.views.tree import NodeView
from reconcile.views.words import count

_WIDTH = 11
_ROLES = {
    FileRole.DATA: "data",
    FileRole.TAG: "data, as a tag inside",
    FileRole.OVERLAY: "written since",
    FileRole.MEMORY: "memory",
}
_DATA = {
    DataState.UNASKED: ("cannot be seen from here", ""),
    DataState.HELD: ("held by its images", ""),
    DataState.DIFFERS: ("the images do not lie on each other as libvirt believes", style.LOSS),
    DataState.OVERWRITTEN: ("overwritten by the guest", style.BAD),
    DataState.GONE: ("gone", style.BAD),
}


def show_snapshot(console: Console, view: SnapshotView, now: int) -> None:
    """All that is known of a snapshot, and what can be done with it; `now` is since the epoch."""
    show(console, _snapshot(view, now))


def show_domain(console: Console, view: DomainView, now: int) -> None:
    """The domain, its disks and its tree."""
    show(console, _domain(view, now, ascii_only=not draws(console)))


def _domain(view: DomainView, now: int, *, ascii_only: bool) -> Iterator[Text]:
    yield line(
        (view.domain.name, style.NAME),
        f"  {view.state}",
        (f"  {view.domain.host.uri}", style.FAINT),
    )
    told = {
        "transient": not view.persistent,
        "has a managed save image": view.managed_save,
        f"has {count(len(view.checkpoints), 'checkpoint')}": bool(view.checkpoints),
    }
    yield from (line((f"  !  {words}", style.NOTICE)) for words, holds in told.items() if holds)
    yield from (line(f"  {disk.target}  ", _source(disk)) for disk in view.disks)
    if not view.snapshots:
        yield line(("  no snapshots", style.FAINT))
    for each in node_lines(_nodes(view, now), ascii_only=ascii_only):
        yield Text("  ").append_text(each)


def _source(disk: Disk) -> Part:
    below = f", on {count(len(disk.backing), 'image')}" if disk.backing else ""
    return f"{disk.path}{below}" if disk.path else ("no image", style.FAINT)


def _nodes(view: DomainView, now: int) -> Iterator[NodeView]:
    rows = {row.name: row for row in view.snapshots}
    for node in listed_nodes(view.snapshots, None):
        yield replace(node, aside=_aside(rows[node.name], now))


def _aside(row: SnapshotRowView, now: int) -> str:
    marks = (word for word in row.notes if word != "current")
    return ", ".join((row.state, f"{age(max(0, now - row.created))} old", *marks))


def _snapshot(view: SnapshotView, now: int) -> Iterator[Text]:
    row, domain = view.row, view.domain
    yield line((row.name, style.NAME), f"  {domain.name}", (f"  {domain.host.uri}", style.FAINT))
    if row.description:
        yield line(f"  {row.description}")
    for heading, value in _facts(view, now):
        yield line((f"  {heading:<{_WIDTH}}", style.FAINT), value)
    if view.files:
        yield line(("  files", style.FAINT))
        yield from map(_file, view.files)
    yield line(("  can be done now", style.FAINT))
    for each in view.possible:
        yield from _possible(each)


def _facts(view: SnapshotView, now: int) -> Iterator[tuple[str, Part]]:
    row = view.row
    old = age(max(0, now - row.created))
    yield "current", "yes" if row.current else "no"
    yield "state", row.state
    yield "taken", f"{local_time(row.created)}, {old} ago"
    yield "parent", row.parent or "-"
    yield "location", f"{'external' if row.external else 'internal'} ({_kinds(view)})"
    yield "children", _children(view)
    yield "metadata", "yes" if view.metadata else "no"
    yield "owner", _owner(view)
    if view.labels:
        yield "labels", ", ".join(f"{key}={value}" for key, value in view.labels)
    yield "protected", "yes" if row.protected else "no"
    yield "data", _DATA[view.data]


def _children(view: SnapshotView) -> str:
    if view.descendants == view.children:
        return str(view.children)
    return f"{view.children}, with all below {view.descendants:,}"


def _kinds(view: SnapshotView) -> str:
    disks = (f"{target} {kind}" for target, kind in view.disks if kind is not DiskKind.NONE)
    return ", ".join((f"memory {view.memory}", *disks))


def _owner(view: SnapshotView) -> str:
    if not view.row.owned:
        return "nobody: it has no mark of reconcile"
    return f"reconcile, by revision {view.revision}" if view.revision else "reconcile"


def _file(file: SnapshotFile) -> Text:
    disk = f"{file.disk}: " if file.disk else ""
    if file.exists is Fact.NO:
        told: Part = ("gone", style.BAD)
    else:
        told = size(file.size) if file.size is not None else ("cannot be seen", style.FAINT)
    return line(f"    {file.path}  ", told, (f"  {disk}{_ROLES[file.role]}", style.FAINT))


def _possible(view: PossibleView) -> Iterator[Text]:
    if not view.possible:
        yield line(("    ✗  ", "red"), (view.action, style.NAME))
        for refusal in view.refusals:
            yield line(f"       {refusal.message}")
            yield line(f"       {refusal.remedy}", (f"  [{refusal.code}]", style.FAINT))
        return
    needs = _needs(view.approvals)
    yield line(("    ✓  ", style.GOOD), (view.action, style.NAME), (needs, style.FAINT))
    for hazard in view.hazards:
        sign, told = ("⚠", style.LOSS) if hazard.grave else ("·", "")
        yield line(
            "       ", (f"{sign}  {hazard.words}", told), (f"  [{hazard.hazard}]", style.FAINT)
        )
    yield from (line(f"       removes {each}") for each in view.removed)
    yield from (line((f"       !  {each}", style.NOTICE)) for each in view.notes)


def _needs(approvals: Iterable[str]) -> str:
    told = ", ".join(approvals)
    return f"  once approved: {told}" if told else ""
