"""Targets of a run: a domain with the tree that it shall have."""

from dataclasses import dataclass

from reconcile.model.desired import DesiredTree
from reconcile.model.identity import DomainId


@dataclass(frozen=True, slots=True)
class Target:
    """A domain of a host and the tree that it shall have."""

    id: DomainId
    desired: DesiredTree
