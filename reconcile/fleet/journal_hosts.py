"""The hosts of journals: each opened once, for its first domain; one that is away is told once."""

from contextlib import ExitStack, suppress
from threading import Lock
from typing import Self

from reconcile.errors import HostError, JournalHostError
from reconcile.fleet.access import HostAccess
from reconcile.fleet.known_uri import require_known
from reconcile.journal.left_behind import LeftDomain
from reconcile.libvirt.connection import Connection
from reconcile.libvirt.shown_uri import shown
from reconcile.model.identity import HostId


class JournalHosts:
    """The connections that a recovery holds open, by URI.

    A journal's host is reached by the URI of `access` where that leads to it.
    """

    def __init__(self, access: HostAccess) -> None:
        self._access = access
        self._stack = ExitStack()
        self._open: dict[str, Connection | HostError] = {}
        self._opening = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def of(self, left: LeftDomain) -> Connection:
        """The connection to the host of an unfinished domain.

        Raises HostError, UnknownUriError, and JournalHostError where the journal's URI leads to
        another host by now.
        """
        planned = left.history.planned.domain.host
        if self._access.uri is not None:
            with suppress(HostError):  # then the journal's own URI may lead there still
                host = self._reached(self._access.uri)
                if self._leads_to(host, planned, left):
                    return host
        require_known(planned.uri, None)
        host = self._reached(planned.uri)
        if not self._leads_to(host, planned, left):
            raise JournalHostError(left.journal.name, planned.server, host.id.server)
        return host

    def _leads_to(self, host: Connection, planned: HostId, left: LeftDomain) -> bool:
        """Format 1 knows a host by its URI alone: that one leads to it."""
        if left.begun.format == 1:
            return planned.uri in {host.uri, shown(host.given)}
        return planned.server == host.id.server or (
            planned.uuid is not None and planned.uuid == host.id.uuid
        )

    def _reached(self, uri: str) -> Connection:
        with self._opening:
            if uri not in self._open:
                self._open[uri] = self._tried(uri)
            found = self._open[uri]
        if isinstance(found, HostError):
            raise found
        return found

    def _tried(self, uri: str) -> Connection | HostError:
        try:
            return self._stack.enter_context(self._access.connect(uri, readonly=False))
        except HostError as error:
            return error
