"""The hosts of a run: one open connection to each, by whatever ways it was named."""

from contextlib import ExitStack
from typing import Self

from reconcile.fleet.access import HostAccess
from reconcile.libvirt.connection import Connection
from reconcile.model.hosts import DeclaredHost
from reconcile.model.identity import HostId


class Connections:
    """A context manager over open connections, at most one per host; all are closed at its end."""

    def __init__(self, access: HostAccess) -> None:
        self._access = access
        self._stack = ExitStack()
        self._by_host: dict[HostId, Connection] = {}
        self._limits: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def open(self, declared: DeclaredHost, *, readonly: bool) -> Connection:
        """The connection to the host that a URI leads to; None is libvirt's default.

        Raises HostError.
        """
        with ExitStack() as opening:
            made = opening.enter_context(self._access.open(declared.uri, readonly=readonly))
            if made.id not in self._by_host:
                self._by_host[made.id] = made
                self._stack.push(opening.pop_all())
            if declared.parallel is not None:
                known = self._limits.get(made.id.server, declared.parallel)
                self._limits[made.id.server] = min(known, declared.parallel)
        return self._by_host[made.id]

    def limit(self, host: HostId) -> int | None:
        """How many domains of a host may be worked on at once; None where nobody says so.

        Of several names of one host, the least counts.
        """
        return self._limits.get(host.server)

    def of(self, host: HostId) -> Connection:
        """The connection to a host that was opened before. Raises KeyError for any other."""
        return self._by_host[host]
