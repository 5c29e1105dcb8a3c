"""Facts about files that a plan would write: do they exist, and who uses them already?"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from reconcile.host import domain_xml, snapshot_xml
from reconcile.host.connection import Connection


def observe_existence(host: Connection, paths: Iterable[str]) -> Mapping[str, bool | None]:
    """Whether each path exists; None where that cannot be seen from here."""
    return MappingProxyType({path: _exists(path) if host.local else None for path in paths})


def observe_users(host: Connection) -> Mapping[str, str]:
    """Every file that a disk or a snapshot of any domain names, and who that is."""
    return MappingProxyType(dict(_users(host)))


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
        handle = host.domain(ref)
        for disk in domain_xml.disks(handle.xml()):
            user = f"disk {disk.target} of domain {ref.name}"
            yield from ((path, user) for path in (disk.path, *disk.backing) if path)
        for snapshot in map(snapshot_xml.read, handle.snapshot_xml()):
            user = f"snapshot {snapshot.name} of domain {ref.name}"
            yield from ((path, user) for path in snapshot.files())
