"""Facts about files that a plan would write: do they exist, and who uses them already?"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from reconcile.libvirt.connection import Connection
from reconcile.libvirt.xml import domain as domain_xml
from reconcile.libvirt.xml import snapshot_read
from reconcile.model.frozen import FrozenMapping
from reconcile.model.identity import DomainId


@dataclass(frozen=True, slots=True)
class DiskUse:
    """A file that a domain's disk lies on; `user` says so in words."""

    file: str
    domain: DomainId
    user: str


def observe_existence(host: Connection, paths: Iterable[str]) -> Mapping[str, bool | None]:
    """Whether each path exists; None where that cannot be seen from here."""
    return FrozenMapping({path: _exists(path) if host.local else None for path in paths})


def observe_written(host: Connection, paths: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """When each was last written, in nanoseconds; without those that cannot be seen from here."""
    found = ((path, _written(path)) for path in paths if host.local)
    return tuple((path, when) for path, when in found if when is not None)


def observe_numbered(host: Connection, stems: Iterable[str]) -> tuple[str, ...]:
    """The files named like a stem with a number behind it, as libvirt names a revert's overlays."""
    return tuple(path for stem in stems if host.local for path in _numbered(Path(stem)))


def observe_users(host: Connection) -> Mapping[str, str]:
    """Every file that a disk or a snapshot of any domain names, and who that is."""
    return FrozenMapping(dict(_users(host)))


def observe_disks(host: Connection) -> tuple[DiskUse, ...]:
    """Every file that a disk of any domain lies on."""
    return tuple(use for domain in host.domains() for use in _disks(host, domain))


def foreign(uses: Iterable[DiskUse], domain: DomainId) -> Mapping[str, str]:
    """The files of other domains' disks, and which disk that is."""
    others = (use for use in uses if use.domain.uuid != domain.uuid)
    return FrozenMapping({use.file: use.user for use in others})


def _exists(path: str) -> bool | None:
    """None where we may not look. A dangling link counts: it would be written through."""
    try:
        Path(path).lstat()
    except FileNotFoundError:
        return False
    except OSError:
        return None
    return True


def _numbered(stem: Path) -> Iterator[str]:
    """Nothing where we may not look."""
    try:
        names = sorted(each.name for each in stem.parent.iterdir())
    except OSError:
        return
    for name in names:
        head, _, number = name.rpartition(".")
        if head == stem.name and number.isdigit():
            yield str(stem.parent / name)


def _written(path: str) -> int | None:
    try:
        return Path(path).stat().st_mtime_ns
    except OSError:
        return None


def _users(host: Connection) -> Iterator[tuple[str, str]]:
    for domain in host.domains():
        yield from ((use.file, use.user) for use in _disks(host, domain))
        for snapshot in map(snapshot_read.read, host.domain(domain).snapshot_xml()):
            user = f"snapshot {snapshot.name} of domain {domain.name}"
            yield from ((path, user) for path in snapshot.files())


def _disks(host: Connection, domain: DomainId) -> Iterator[DiskUse]:
    for disk in domain_xml.disks(host.domain(domain).xml()):
        for path in (disk.path, *disk.backing):
            if path:
                yield DiskUse(path, domain, f"disk {disk.target} of domain {domain.name}")
