"""The possibility of one action here and now: what would become of it, without a manifest."""

from dataclasses import dataclass

from reconcile.model.action import Action
from reconcile.model.domain import Domain
from reconcile.model.plan import Refusal, Step


@dataclass(frozen=True, slots=True)
class Possibility:
    """One action and what would become of it: a step with the domain after it, or refusals.

    `notes` are sentences on what nobody could see.
    """

    action: Action
    before: Domain
    step: Step | None = None
    after: Domain | None = None
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
