"""The overview of a host as it is told: a row for each domain, and what they amount to."""

from collections.abc import Iterable
from dataclasses import dataclass

from reconcile.model.overview import DomainOverview


@dataclass(frozen=True, slots=True)
class OverviewView:
    """The domains of one host by name; `connect` is its URI without a password."""

    connect: str
    domains: tuple[DomainOverview, ...]

    @property
    def snapshots(self) -> int:
        """How many snapshots all domains have."""
        return sum(each.snapshots for each in self.domains)


def overview_view(connect: str, domains: Iterable[DomainOverview]) -> OverviewView:
    """The view of these domains."""
    return OverviewView(connect, tuple(domains))
