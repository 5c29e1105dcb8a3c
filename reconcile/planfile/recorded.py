"""A saved plan as it was recorded, for people to look at once more; no host is asked.

Its steps are read from the file to be shown. None of them is ever executed: `apply` plans anew.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from reconcile.errors import HostXmlError, PlanFileError
from reconcile.libvirt.xml import snapshot_read
from reconcile.model.action import Action, ActionKind, Create, Delete, Redefine, Revert
from reconcile.model.desired import Capture, DesiredTree, Metadata, RunState
from reconcile.model.domain import Domain
from reconcile.model.file_effects import FileEffects
from reconcile.model.hazard import Hazard
from reconcile.model.host import Capabilities
from reconcile.model.plan import Change, DomainPlan, Plan, Reason, Refusal, Step, UnfinishedApply
from reconcile.model.snapshot import NO_MEMORY, Mark, Snapshot, SnapshotState
from reconcile.plan.phases.resolve import recorded_state
from reconcile.plan.ways_out import positioned
from reconcile.planfile.decode import SavedDomain, checked_document, plan_in
from reconcile.planfile.record import Record
from reconcile.planfile.shapes import (
    DecodeError,
    Flag,
    Integer,
    Json,
    ListOf,
    Nullable,
    Words,
    as_list,
    as_object,
    value_at,
)
from reconcile.planfile.values_v1 import NAME, POSITION, TEXT
from reconcile.rules.effect import transition
from reconcile.rules.file_effects import file_effects

_CHANGE = Record(Change, {"field": TEXT, "observed": Nullable(TEXT), "desired": Nullable(TEXT)})
_TEXTS = ListOf(TEXT)
_UNFINISHED = ListOf(Record(UnfinishedApply, {"journal": TEXT, "step": Nullable(Integer(least=1))}))
_NEWEST = (99, 0, 0)  # a version that no rule about old ones is for: what was planned was allowed


def recorded_plan(path: Path) -> tuple[Plan, dict[str, Json]]:
    """The plan of a file and the file's document. Raises PlanFileError."""
    document = checked_document(path)
    saved = plan_in(str(path), document)
    listed = as_list(document.get("domains"))
    try:
        pairs = zip(saved.domains, listed, strict=True)
        domains = tuple(_domain(each, as_object(given)) for each, given in pairs)
    except (DecodeError, HostXmlError) as error:
        raise PlanFileError(str(path), f"it cannot be shown: {error}") from error
    return Plan(domains, saved.digest), document


def _domain(saved: SavedDomain, given: dict[str, Json]) -> DomainPlan:
    server = saved.id.host.server
    host = Capabilities("test" if server.startswith("test") else "QEMU", _NEWEST, True)
    steps: list[Step] = []
    expected: list[Domain] = []
    now = saved.observed
    for each in saved.actions:
        step, now = _step(each, now, saved.declared, host)
        steps.append(step)
        expected.append(now)
    return DomainPlan(
        id=saved.id,
        desired=saved.declared,
        observed=saved.observed,
        fingerprint=saved.fingerprint,
        steps=tuple(steps),
        refusals=tuple(_refusals(given, saved.declared)),
        unmanaged=value_at(given, "unmanaged", _TEXTS),
        warnings=value_at(given, "warnings", _TEXTS),
        unfinished=value_at(given, "unfinished", _UNFINISHED) if "unfinished" in given else (),
        expected=tuple(expected),
    )


def _refusals(given: dict[str, Json], declared: DesiredTree) -> Iterator[Refusal]:
    """The refusals; plans of version 0.1 do not say where each is declared."""
    for each in map(as_object, as_list(given.get("refusals"))):
        refusal = Refusal(
            code=value_at(each, "code", TEXT),
            snapshot=value_at(each, "snapshot", Nullable(TEXT)),
            message=value_at(each, "message", TEXT),
            remedy=value_at(each, "remedy", TEXT),
        )
        if "position" in each:
            yield replace(refusal, position=value_at(each, "position", Nullable(POSITION)))
        else:
            yield positioned(refusal, declared)


def _step(
    given: dict[str, Json], before: Domain, declared: DesiredTree, host: Capabilities
) -> tuple[Step, Domain]:
    action = _action(given, before, declared)
    after, files = _after(action, before, host)
    step = Step(
        action=action,
        reason=value_at(given, "reason", Words(Reason)),
        changes=value_at(given, "changes", ListOf(_CHANGE)),
        hazards=value_at(given, "hazards", ListOf(Words(Hazard))),
        inverse=action if value_at(given, "reversible", Flag()) else None,  # which one is not kept
        files=files,
    )
    return step, after


def _after(action: Action, before: Domain, host: Capabilities) -> tuple[Domain, FileEffects]:
    """The domain after an action, as the rules tell; a copy of lost metadata is a bare entry."""
    if isinstance(action, Redefine) and action.snapshot not in before.tree and not action.copy_of:
        bare = Snapshot(action.snapshot, action.parent, SnapshotState.OTHER, NO_MEMORY, ())
        return replace(before, tree=before.tree.put(bare)), FileEffects()
    try:
        return transition(before, action, host), file_effects(before, action, host)
    except LookupError:  # of a snapshot that is not there, as in a plan that is refused
        return before, FileEffects()


def _action(given: dict[str, Json], before: Domain, declared: DesiredTree) -> Action:
    name, calls = value_at(given, "snapshot", NAME), as_list(given.get("calls"))
    first = as_object(calls[0]) if calls else {}
    flags = value_at(first, "flags", _TEXTS)
    match value_at(given, "action", Words(ActionKind)):
        case ActionKind.CREATE:
            return _create(given, before, value_at(first, "xml", TEXT), flags)
        case ActionKind.REDEFINE:
            return _redefine(given, before, declared, current="CURRENT" in flags)
        case ActionKind.DELETE:
            return Delete(name, metadata_only="METADATA_ONLY" in flags)
        case ActionKind.REVERT:
            states = {"RUNNING": RunState.RUNNING, "PAUSED": RunState.PAUSED}
            run_state = next((states[each] for each in flags if each in states), None)
            return Revert(name, run_state or RunState.AS_CAPTURED, force="FORCE" in flags)


def _create(given: dict[str, Json], before: Domain, xml: str, flags: tuple[str, ...]) -> Create:
    asked = snapshot_read.read(xml)
    return Create(
        snapshot=value_at(given, "snapshot", NAME),
        parent=value_at(given, "parent", Nullable(TEXT)),
        state=recorded_state(before, asked.disks, asked.memory),
        memory=asked.memory,
        disks=asked.disks,
        description=asked.description,
        mark=Mark(asked.name, ""),
        capture=Capture(
            halt="HALT" in flags,
            reuse_files="REUSE_EXT" in flags,
            metadata=Metadata.DISCARD if "NO_METADATA" in flags else Metadata.KEEP,
        ),
    )


def _redefine(
    given: dict[str, Json], before: Domain, declared: DesiredTree, *, current: bool
) -> Redefine:
    name = value_at(given, "snapshot", NAME)
    changes = {each.field: each.desired for each in value_at(given, "changes", ListOf(_CHANGE))}
    entry = next((each for each in declared.snapshots if each.name == name), None)
    there = before.tree.get(name)
    parent = there.parent if there else (None if entry is None else entry.parent)
    return Redefine(
        snapshot=name,
        parent=changes.get("parent", parent),
        description=there.description if there else "",
        mark=there.mark if there else None,
        current=current,
        copy_of=None if there or entry is None else entry.renamed_from or entry.clone_of,
    )
