"""Volumes of storage pools, by the paths that libvirt tells, in disks and in metadata."""

from collections.abc import Callable
from dataclasses import replace

from reconcile.libvirt.xml.source import volume_of
from reconcile.model.domain import Disk, Domain
from reconcile.model.snapshot import Snapshot

Lookup = Callable[[str, str], str | None]
"""The path of a pool's volume, None where libvirt cannot find it now."""


def with_volume_paths(domain: Domain, lookup: Lookup) -> Domain:
    """The domain with real paths in place of the stand-ins for volumes.

    A disk whose volume libvirt cannot find has no path; in metadata its stand-in stays.
    """
    found: dict[str, str | None] = {}

    def path_of(path: str) -> str | None:
        named = volume_of(path)
        if named is None:
            return path
        if path not in found:
            found[path] = lookup(*named)
        return found[path]

    disks = tuple(_disk(disk, path_of) for disk in domain.disks)
    changed = (_snapshot(each, path_of) for each in domain.tree if _names_volume(each))
    return replace(domain, disks=disks, tree=domain.tree.put(*changed))


def _disk(disk: Disk, path_of: Callable[[str], str | None]) -> Disk:
    named = volume_of(disk.path) if disk.path else None
    if named is None or disk.path is None:
        return disk
    pool, volume = named
    return replace(disk, path=path_of(disk.path), volume=f"volume {volume} of pool {pool}")


def _names_volume(snapshot: Snapshot) -> bool:
    return any(volume_of(path) is not None for _, path in snapshot.base)


def _snapshot(snapshot: Snapshot, path_of: Callable[[str], str | None]) -> Snapshot:
    base = ((target, path_of(path) or path) for target, path in snapshot.base)
    return replace(snapshot, base=tuple(base))
