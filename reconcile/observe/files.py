"""Facts about several files of a host at once, as recovery asks for them."""

from collections.abc import Iterable, Mapping

from reconcile.libvirt.connection import Connection
from reconcile.model.fact import Fact
from reconcile.model.frozen import FrozenMapping
from reconcile.observe.host_files import HostFiles


def observe_existence(host: Connection, paths: Iterable[str]) -> Mapping[str, Fact]:
    """Whether each path exists. Raises HostError."""
    files = HostFiles(host)
    return FrozenMapping({path: files.exists(path) for path in paths})


def observe_written(host: Connection, paths: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """When each was last written, in nanoseconds; without those of which that cannot be seen.

    Raises HostError.
    """
    files = HostFiles(host)
    found = ((path, files.written_at(path)) for path in paths)
    return tuple((path, when) for path, when in found if when is not None)


def observe_numbered(host: Connection, stems: Iterable[str]) -> tuple[str, ...]:
    """The files named like a stem with a number behind it, as libvirt names a revert's overlays.

    Raises HostError.
    """
    files = HostFiles(host)
    return tuple(path for stem in stems for path in files.numbered(stem))
