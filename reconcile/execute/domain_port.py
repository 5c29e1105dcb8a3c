"""What the executor needs of a domain: `libvirt_domain` asks libvirt, the simulation its rules."""

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
    """One domain of a host. All methods raise HostError where libvirt does not do them."""

    @property
    def capabilities(self) -> Capabilities:
        """What the domain's host can do."""

    @property
    def reachable(self) -> bool:
        """Whether the connection still stands."""

    def reconnect(self) -> None:
        """Connect again, trying for a while. Raises HostError when nobody answers."""

    def observe(self) -> Domain:
        """The domain as it is now."""

    def obstacles(self, context: CallContext) -> tuple[str, ...]:
        """What stands where the call would write, though nothing did when it was planned."""

    def baseline(self, context: CallContext) -> Baseline:
        """What the call is about to begin from."""

    def evidence(self, context: CallContext) -> Evidence:
        """What the host shows once no call holds the domain any more."""

    def undo_data(self, inverse: Action | None) -> str | None:
        """The XML, without secrets, of the snapshot that this inverse will restore."""

    def perform(self, action: Action, progress: Progress) -> None:
        """Do the action; waits its turn while another job holds the domain."""

    def mark(self, action: Create) -> None:
        """Mark as ours what the action has taken; all else stays as libvirt made it."""

    def undo(self, inverse: Action, saved: str | None, progress: Progress) -> None:
        """Do the inverse; metadata comes from what was saved."""

    def remove(self, leftover: Leftover, action: Create | None, /) -> None:
        """Remove what a cut-off call left. Raises LeftoverError with the command that does it."""
