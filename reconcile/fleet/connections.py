"""The hosts of a run: one open connection to each, by whatever ways it was named."""

from contextlib import ExitStack
from types import TracebackType
from typing import Self

from reconcile.fleet.access import HostAccess
from reconcile.libvirt.connection import Connection
from reconcile.model.identity import HostId


class Connections:
    """A context manager over open connections, at most one per host; all are closed at its end."""

    def __init__(self, access: HostAccess) -> None:
        self._access = access
        self._stack = ExitStack()
        self._by_host: dict[HostId, Connection] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def open(self, uri: str | None, *, readonly: bool) -> Connection:
        """The connection to the host that a URI leads to; None is libvirt's default.

        Raises HostError.
        """
        with ExitStack() as opening:
            made = opening.enter_context(self._access.connect(uri, readonly=readonly))
            if made.id not in self._by_host:
                self._by_host[made.id] = made
                self._stack.push(opening.pop_all())
        return self._by_host[made.id]

    def of(self, host: HostId) -> Connection:
        """The connection to a host that was opened before. Raises KeyError for any other."""
        return self._by_host[host]
