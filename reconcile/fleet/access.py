"""How hosts are reached: what the command line and the hosts file say of every connection."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from reconcile.errors import HostNeededError
from reconcile.hosts_file.load import hosts_beside
from reconcile.hosts_file.placement import HostChoice
from reconcile.libvirt.connection import CONNECT_SECONDS, Connection
from reconcile.model.hosts import DeclaredHost, HostsFile


@dataclass(frozen=True, slots=True)
class HostAccess:
    """`connect` is what --connect says, which binds the run to one host.

    `seconds` is how long an answer is waited for. `hosts` is the hosts file, which lists all that
    may be connected to where it is trusted; `on` are the globs of --on.
    """

    connect: str | None = None
    seconds: float = CONNECT_SECONDS
    hosts: HostsFile | None = None
    on: tuple[str, ...] = ()

    def beside(self, paths: Sequence[Path]) -> Self:
        """This access, with the hosts file beside these manifests unless one was given.

        Raises HostsFileError.
        """
        return replace(self, hosts=self.hosts or hosts_beside(paths))

    @property
    def choice(self) -> HostChoice:
        """The hosts that a run may connect to, by what its command line says."""
        return HostChoice(self.hosts, self.connect, self.on)

    @property
    def bound(self) -> DeclaredHost | None:
        """The one host that the run is bound to. Raises UnlistedHostError."""
        return self.choice.bound

    def one(self, named: str | None = None) -> DeclaredHost:
        """The host of a command without manifests: `named`, else what --connect says.

        Raises UnlistedHostError, and HostNeededError where a hosts file leaves the choice open.
        """
        choice = self.choice if named is None else replace(self.choice, connect=named)
        if choice.bound is None and self.hosts is not None:
            raise HostNeededError(self.hosts.file)
        return choice.bound or DeclaredHost(None)

    def open(self, uri: str | None, *, readonly: bool) -> Connection:
        """A connection to this host. Raises HostError."""
        return Connection(uri, readonly=readonly, seconds=self.seconds)
