"""Values of the model as plain JSON values, named here and not by their classes.

A key is left out where the value is the default, so that a new field changes no facts of old files.
"""

import hashlib
from typing import Any

from reconcile.model.action import Action, Create, Delete, Redefine, Revert
from reconcile.model.desired import Capture, DesiredSnapshot, DesiredTree
from reconcile.model.domain import Disk, Domain
from reconcile.model.host import Dump
from reconcile.model.plan import Step
from reconcile.model.snapshot import Mark, Memory, Snapshot, SnapshotDisk

Facts = dict[str, Any]


def only(**facts: object) -> Facts:
    """The facts that say something: defaults and what is empty are left out."""
    return {key: value for key, value in facts.items() if value not in (None, False, "", [], {})}


def declared(tree: DesiredTree) -> Facts:
    current = tree.current
    return only(
        domains=list(tree.domains),
        several=tree.several,
        position=str(tree.position),
        connect=tree.connect,
        prune=str(tree.prune),
        ignore=list(tree.ignore),
        forget=list(tree.forget),
        allow=sorted(map(str, tree.allow)),
        deletes=tree.limits.deletes,
        current=current
        and [
            *(current.snapshot, str(current.revert), str(current.run_state)),
            *(str(current.via), current.force, current.reset_nvram),
        ],
        snapshots=[*map(_declared_snapshot, tree.snapshots)],
        revision=tree.revision,
        allow_paths=list(tree.allow_paths),
    )


def _declared_snapshot(each: DesiredSnapshot) -> Facts:
    """A declared empty description or empty labels are something else than none declared."""
    stated = {"description": each.description, "labels": each.labels, "protect": each.protect}
    return {
        "name": each.name,
        "stated": {key: value for key, value in stated.items() if value is not None},
        **only(
            parent=each.parent,
            position=str(each.position),
            memory=each.memory and _memory(each.memory),
            disks=None if each.disks is None else [*map(_snapshot_disk, each.disks)],
            capture=_capture(each.capture),
            renamed_from=each.renamed_from,
            redefine_from=each.redefine_from,
            clone_of=each.clone_of,
        ),
    }


def _capture(capture: Capture) -> list[object]:
    if capture == Capture():
        return []
    flags = (capture.quiesce, capture.live, capture.halt, capture.reuse_files, capture.atomic)
    return [str(capture.when), str(capture.metadata), *flags]


def observed(domain: Domain) -> Facts:
    return only(
        domain=domain.name,
        uuid=domain.uuid,
        state=str(domain.state),
        disks=[*map(_disk, domain.disks)],
        persistent=domain.persistent,
        managed_save=domain.managed_save,
        checkpoints=list(domain.checkpoints),
        block_jobs=list(domain.block_jobs),
        firmware=domain.firmware and [domain.firmware.nvram, domain.firmware.nvram_format],
        agent=domain.agent,
        current=domain.tree.current,
        snapshots=[_snapshot(domain.tree[name]) for name in sorted(domain.tree.snapshots)],
    )


def _disk(disk: Disk) -> Facts:
    return only(
        target=disk.target,
        path=disk.path,
        source=str(disk.source),
        format=disk.format,
        device=disk.device,
        readonly=disk.readonly,
        shareable=disk.shareable,
        default=disk.default and str(disk.default),
        backing=list(disk.backing),
    )


def _snapshot(each: Snapshot) -> Facts:
    return only(
        name=each.name,
        parent=each.parent,
        state=str(each.state),
        memory=_memory(each.memory),
        disks=[*map(_snapshot_disk, each.disks)],
        description=each.description,
        created=each.created,
        mark=each.mark and _mark(each.mark),
        base=pairs(each.base),
        formats=pairs(each.formats),
        revert_disks=[*map(_snapshot_disk, each.revert_disks)],
        delete_in_progress=each.delete_in_progress,
        has_domain=each.has_domain,
    )


def step_facts(step: Step) -> Facts:
    undo = None if step.inverse is None else _action(step.inverse)
    return {"do": _action(step.action), "undo": undo, "reason": str(step.reason)}


def _action(action: Action) -> Facts:
    match action:
        case Create():
            more = only(
                parent=action.parent,
                state=str(action.state),
                memory=_memory(action.memory),
                disks=[*map(_snapshot_disk, action.disks)],
                description=action.description,
                mark=_mark(action.mark),
                capture=_capture(action.capture),
            )
        case Redefine():
            more = only(
                parent=action.parent,
                description=action.description,
                mark=action.mark and _mark(action.mark),
                current=action.current,
                copy_of=action.copy_of,
                file=action.file,
                dump=action.dump and _dump(action.dump),
            )
        case Delete():
            more = only(metadata_only=action.metadata_only)
        case Revert():
            more = only(
                run_state=str(action.run_state), force=action.force, reset_nvram=action.reset_nvram
            )
    return {"action": str(action.kind), "snapshot": action.snapshot, **more}


def _dump(dump: Dump) -> Facts:
    return {"domain": dump.domain, "snapshot": _snapshot(dump.snapshot)}


def _mark(mark: Mark) -> Facts:
    return only(
        snapshot=mark.snapshot,
        digest=mark.digest,
        revision=mark.revision,
        protect=mark.protect,
        labels=dict(mark.labels),
    )


def _memory(memory: Memory) -> list[str | None]:
    return [str(memory.kind), *([memory.file] if memory.file else [])]


def _snapshot_disk(disk: SnapshotDisk) -> list[str | None]:
    return [disk.target, str(disk.kind), disk.file, disk.driver]


def pairs(pairs: tuple[tuple[str, Any], ...]) -> Facts:
    return dict(pairs)


def digest(text: str) -> str:
    """Of a text too long to pin."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
