"""How hosts are reached: what the command line says of every connection of a run."""

from dataclasses import dataclass

from reconcile.libvirt.connection import CONNECT_SECONDS, Connection


@dataclass(frozen=True, slots=True)
class HostAccess:
    """`uri` is the host where none is declared; `seconds` is how long an answer is waited for."""

    uri: str | None = None
    seconds: float = CONNECT_SECONDS

    def connect(self, uri: str | None, *, readonly: bool) -> Connection:
        """A connection to this host. Raises HostError."""
        return Connection(uri, readonly=readonly, seconds=self.seconds)
