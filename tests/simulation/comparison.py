"""Whether a simulated host is where it should be: all that a domain is, compared in full.

No part of this is the tool's own comparison, which is under test here.
"""

import re
from dataclasses import replace
from typing import Final

from reconcile.model.domain import Domain
from reconcile.model.snapshot import Snapshot, SnapshotDisk

NUMBER: Final = re.compile(r"\.(<\d+>|\d{10,})$")
"""The end of an overlay's name that a revert made, or that the rules made up for it."""


def differences(expected: Domain, found: Domain) -> list[str]:
    """The parts of a domain that are otherwise than expected."""
    wanted, got = _parts(expected), _parts(found)
    names = sorted({*wanted, *got})
    return [f"{n}: {got.get(n)}, not {wanted.get(n)}" for n in names if got.get(n) != wanted.get(n)]


def _parts(domain: Domain) -> dict[str, object]:
    disks = {f"disk {disk.target}": _plain(disk.path) for disk in domain.disks}
    snapshots = {f"snapshot {each.name}": _comparable(each) for each in domain.tree}
    whole = {
        "state": domain.state,
        "current": domain.tree.current,
        "managed save": domain.managed_save,
        "jobs": domain.block_jobs,
        "checkpoints": domain.checkpoints,
    }
    return {**whole, **disks, **snapshots}


def _comparable(snapshot: Snapshot) -> Snapshot:
    """Without the time it was taken, and with names that do not depend on the second."""
    return replace(
        snapshot,
        created=0,
        disks=tuple(map(_disk, sorted(snapshot.disks, key=_target))),
        revert_disks=tuple(map(_disk, sorted(snapshot.revert_disks, key=_target))),
        base=tuple(sorted((target, _plain(path) or "") for target, path in snapshot.base)),
    )


def _disk(disk: SnapshotDisk) -> SnapshotDisk:
    return replace(disk, file=_plain(disk.file))


def _target(disk: SnapshotDisk) -> str:
    return disk.target


def _plain(path: str | None) -> str | None:
    return None if path is None else NUMBER.sub(".N", path)
