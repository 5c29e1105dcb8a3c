"""Stale plans: whether a host has moved since the plan was made, and what moved."""

from reconcile.model.domain import Domain
from reconcile.plan.fingerprint import fingerprint
from reconcile.recovery.deviations import deviations


def moved(planned: Domain, observed: Domain) -> tuple[str, ...]:
    """Sentences on what differs from when the plan was made; empty where nothing moved."""
    if fingerprint(observed) == fingerprint(planned):
        return ()
    return deviations(planned, observed) or ("the domain's snapshots were changed",)
