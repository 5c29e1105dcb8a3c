"""A plan in the making: the simulated domain, the steps that led there, what was refused."""

from dataclasses import dataclass, replace

from reconcile.model.action import Action
from reconcile.model.domain import Domain
from reconcile.model.host import Capabilities
from reconcile.model.plan import Change, Reason, Refusal, Step
from reconcile.plan.hazards import hazards
from reconcile.plan.inverse import inverse
from reconcile.rules.effect import effect


@dataclass(frozen=True, slots=True)
class Draft:
    """Grows by `take` and `refuse`; every step in it is one that the rules allow."""

    domain: Domain
    host: Capabilities
    steps: tuple[Step, ...] = ()
    expected: tuple[Domain, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    def take(self, action: Action, reason: Reason, changes: tuple[Change, ...] = ()) -> "Draft":
        """The draft with this action as its next step, or with the refusal of it."""
        after = effect(self.domain, action, self.host)
        if isinstance(after, Refusal):
            return self.refuse(after)
        step = Step(
            action=action,
            reason=reason,
            changes=changes,
            hazards=hazards(action, reason, self.domain, after),
            inverse=inverse(action, self.domain, after, self.host),
        )
        steps, expected = (*self.steps, step), (*self.expected, after)
        return replace(self, domain=after, steps=steps, expected=expected)

    def refuse(self, *refusals: Refusal) -> "Draft":
        """The draft with these refusals added."""
        return replace(self, refusals=(*self.refusals, *refusals))
