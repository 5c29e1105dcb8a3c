"""The port to one domain: what the executor asks of libvirt, or of the simulation."""

from collections.abc import Callable
from typing import Protocol

from reconcile.model.action import Action, Create
from reconcile.model.domain import Domain
from reconcile.model.host import Capabilities
from reconcile.model.leftover import Leftover
from reconcile.recovery.call_context import Baseline, CallContext
from reconcile.recovery.evidence import Evidence

Progress = Callable[[float], None]
"""Told how far a call is, from 0 to 1."""


class DomainPort(Protocol):
    """One domain of a host. Methods raise HostError where libvirt refuses or does not answer."""

    @property
    def capabilities(self) -> Capabilities:
        """The capabilities of the domain's host."""

    @property
    def reachable(self) -> bool:
        """Whether the connection to the domain's host still stands."""

    def reconnect(self) -> None:
        """Connect to the host again, trying for a while. Raises HostError when nobody answers."""

    def observe(self) -> Domain:
        """The domain as the host holds it now."""

    def obstacles(self, context: CallContext) -> tuple[str, ...]:
        """Sentences on files and tags in the call's way that were not there when it was planned."""

    def baseline(self, context: CallContext) -> Baseline:
        """What the host shows just before the call."""

    def evidence(self, context: CallContext) -> Evidence:
        """What the host shows after the call, once no job holds the domain any more."""

    def undo_data(self, inverse: Action | None) -> str | None:
        """The XML, without secrets, that the inverse restores; None where it restores none."""

    def perform(self, action: Action, progress: Progress) -> None:
        """Make the action's calls, each once no other job holds the domain.

        `progress` is told from 0 to 1 how far libvirt is.
        """

    def mark(self, action: Create) -> None:
        """Put our mark into the snapshot that a create took; all else stays as libvirt made it."""

    def undo(self, inverse: Action, saved: str | None, progress: Progress) -> None:
        """Make the inverse's calls; `saved` is the XML that a redefine restores.

        `progress` is told from 0 to 1 how far libvirt is.
        """

    def remove(self, leftover: Leftover, context: CallContext, /) -> None:
        """Remove a leftover of a call. Raises LeftoverError with the command that does it."""
