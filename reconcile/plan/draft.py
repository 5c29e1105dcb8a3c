"""Plans in the making: the simulated domain, the steps that led there, what was refused."""

from dataclasses import dataclass, field, replace

from reconcile.model.action import Action
from reconcile.model.domain import Domain
from reconcile.model.file_effects import FileEffects
from reconcile.model.host import Capabilities
from reconcile.model.images import ImageGraph
from reconcile.model.plan import Change, Reason, Refusal, Step
from reconcile.plan.definition_changes import definition_changes
from reconcile.plan.hazards import hazards
from reconcile.plan.inverse import inverse
from reconcile.plan.ways_out import at_this_step
from reconcile.rules import images
from reconcile.rules.effect import effect
from reconcile.rules.file_effects import file_effects
from reconcile.rules.health import located


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan in the making, which grows by `take` and `refuse`; rules and images allow its steps.

    `images` are those of the whole host; `expected` is the simulated domain after each step.
    """

    domain: Domain
    host: Capabilities
    images: ImageGraph = field(default_factory=ImageGraph)
    steps: tuple[Step, ...] = ()
    expected: tuple[Domain, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    def take(self, action: Action, reason: Reason, changes: tuple[Change, ...] = ()) -> "Draft":
        """The draft with this action as its next step, or with the refusal of the action."""
        after = effect(self.domain, action, self.host)
        if isinstance(after, Refusal):
            return self.refuse(after)
        after = located(after, self.images)
        files = self._effects(self.domain, action)
        objection = images.objection(action, self.domain, files, self.images)
        if objection is not None:
            return self.refuse(objection)
        step = Step(
            action=action,
            reason=reason,
            changes=(*changes, *definition_changes(self.domain.definition, after.definition)),
            hazards=hazards(action, reason, self.domain, after),
            inverse=self._inverse(action, after),
            files=images.meeting(files, self.domain, self.images),
        )
        steps, expected = (*self.steps, step), (*self.expected, after)
        return replace(self, domain=after, steps=steps, expected=expected)

    def _inverse(self, action: Action, after: Domain) -> Action | None:
        """What undoes the action, where that would not change an image that others lie on."""
        candidate = inverse(action, self.domain, after, self.host)
        if candidate is None:
            return None
        files = self._effects(after, candidate)
        forbidden = images.objection(candidate, after, files, self.images)
        return None if forbidden else candidate

    def _effects(self, before: Domain, action: Action) -> FileEffects:
        return images.with_data_files(file_effects(before, action, self.host), self.images)

    def refuse(self, *refusals: Refusal) -> "Draft":
        """The draft with these refusals added to its own."""
        told = (at_this_step(each, self.steps) for each in refusals)
        return replace(self, refusals=(*self.refusals, *told))
