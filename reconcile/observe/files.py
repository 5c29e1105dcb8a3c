"""Facts about files that a plan would write: do they exist, and who uses them already?"""

from collections.abc import Iterable
from pathlib import Path
from types import MappingProxyType

from reconcile.host import domain_xml, snapshot_xml
from reconcile.host.connection import Connection
from reconcile.model.host import Files


def observe_files(host: Connection, paths: Iterable[str]) -> Files:
    """Whether each path exists, and which files any domain of the host uses."""
    exists = {path: _exists(path) if host.local else None for path in paths}
    return Files(MappingProxyType(exists), MappingProxyType(_used(host)))


def _exists(path: str) -> bool | None:
    """None where we may not look. A dangling link counts: it would be written through."""
    try:
        Path(path).lstat()
    except FileNotFoundError:
        return False
    except OSError:
        return None
    return True


def _used(host: Connection) -> dict[str, str]:
    used: dict[str, str] = {}
    for ref in host.domains():
        handle = host.domain(ref)
        for disk in domain_xml.disks(handle.xml()):
            for path in (disk.path, *disk.backing):
                if path:
                    used.setdefault(path, f"disk {disk.target} of domain {ref.name}")
        for snapshot in map(snapshot_xml.read, handle.snapshot_xml()):
            for path in snapshot.files():
                used.setdefault(path, f"snapshot {snapshot.name} of domain {ref.name}")
    return used
