"""Facts about files that a plan would write: do they exist, and who uses them already?"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from reconcile.host import domain_xml, snapshot_xml
from reconcile.host.connection import Connection, DomainRef


def observe_existence(host: Connection, paths: Iterable[str]) -> Mapping[str, bool | None]:
    """Whether each path exists; None where that cannot be seen from here."""
    return MappingProxyType({path: _exists(path) if host.local else None for path in paths})


def observe_users(host: Connection) -> Mapping[str, str]:
    """Every file that a disk or a snapshot of any domain names, and who that is."""
    return MappingProxyType(dict(_users(host)))


def observe_foreign(host: Connection, domain: DomainRef) -> Mapping[str, str]:
    """Every file that a disk of another domain lies on, and which disk that is."""
    others = (ref for ref in host.domains() if ref.uuid != domain.uuid)
    return MappingProxyType({path: user for ref in others for path, user in _disks(host, ref)})


def _exists(path: str) -> bool | None:
    """None where we may not look. A dangling link counts: it would be written through."""
    try:
        Path(path).lstat()
    except FileNotFoundError:
        return False
    except OSError:
        return None
    return True


def _users(host: Connection) -> Iterator[tuple[str, str]]:
    for ref in host.domains():
        yield from _disks(host, ref)
        for snapshot in map(snapshot_xml.read, host.domain(ref).snapshot_xml()):
            user = f"snapshot {snapshot.name} of domain {ref.name}"
            yield from ((path, user) for path in snapshot.files())


def _disks(host: Connection, ref: DomainRef) -> Iterator[tuple[str, str]]:
    for disk in domain_xml.disks(host.domain(ref).xml()):
        user = f"disk {disk.target} of domain {ref.name}"
        yield from ((path, user) for path in (disk.path, *disk.backing) if path)
