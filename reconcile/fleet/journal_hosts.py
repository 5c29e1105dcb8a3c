"""The hosts of journals: each opened once, for its first domain; one that is away is told once."""

from contextlib import ExitStack
from threading import Lock
from typing import Self

from reconcile.errors import HostError, JournalHostError, ReconcileError
from reconcile.fleet.access import HostAccess
from reconcile.fleet.known_uri import known_host
from reconcile.journal.left_behind import LeftDomain
from reconcile.libvirt.connection import Connection
from reconcile.libvirt.shown_uri import shown
from reconcile.model.identity import HostId


class JournalHosts:
    """The connections that a recovery holds open, by URI."""

    def __init__(self, access: HostAccess) -> None:
        self._access = access
        self._stack = ExitStack()
        self._open: dict[str | None, Connection | HostError] = {}
        self._opening = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def of(self, left: LeftDomain) -> Connection:
        """The connection to the host of an unfinished domain.

        Raises HostError, UnknownUriError, and JournalHostError where the host that --connect names,
        or the journal's URI by now, is another one.
        """
        planned = left.history.planned.domain.host
        host = self._reached(known_host(planned.uri, self._access).uri)
        if not self._leads_to(host, planned, left):
            raise JournalHostError(left.journal.name, planned.server, host.id.server)
        return host

    def limit(self, left: LeftDomain) -> int | None:
        """How many domains of its host may be worked on at once; None where nobody says so."""
        try:
            return known_host(left.history.planned.domain.host.uri, self._access).parallel
        except ReconcileError:
            return None  # told when the host is to be opened

    def _leads_to(self, host: Connection, planned: HostId, left: LeftDomain) -> bool:
        """Format 1 knows a host by its URI alone: that one leads to it."""
        if left.begun.format == 1:
            return planned.uri in {host.uri, shown(host.given)}
        return planned.server == host.id.server or (
            planned.uuid is not None and planned.uuid == host.id.uuid
        )

    def _reached(self, uri: str | None) -> Connection:
        with self._opening:
            if uri not in self._open:
                self._open[uri] = self._tried(uri)
            found = self._open[uri]
        if isinstance(found, HostError):
            raise found
        return found

    def _tried(self, uri: str | None) -> Connection | HostError:
        try:
            return self._stack.enter_context(self._access.open(uri, readonly=False))
        except HostError as error:
            return error
