"""How hosts are reached: what the command line says of every connection of a run."""

from dataclasses import dataclass

from reconcile.libvirt.connection import CONNECT_SECONDS, Connection


@dataclass(frozen=True, slots=True)
class HostAccess:
    """The `uri` of the host where none is declared; `seconds`: how long to wait for its answer."""

    uri: str | None = None
    seconds: float = CONNECT_SECONDS

    def connect(self, uri: str | None, *, readonly: bool) -> Connection:
        """A connection to the declared host, or to that of `uri`. Raises HostError."""
        return Connection(uri, readonly=readonly, seconds=self.seconds)
