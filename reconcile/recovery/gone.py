"""A guest that is off since the plan was made: can the steps that are left do without it?"""

from collections.abc import Sequence
from dataclasses import replace

from reconcile.model.domain import Domain, DomainState
from reconcile.model.host import Capabilities
from reconcile.model.plan import Refusal, Step
from reconcile.rules.effect import effect


def without_guest(
    expected: Domain, steps: Sequence[Step], observed: Domain, host: Capabilities
) -> tuple[Domain, ...] | None:
    """The domain now and after each step left, by the rules, with the guest off.

    None where it is not off though it was on, or where a step is refused without it.
    """
    if not expected.active or observed.state is not DomainState.SHUTOFF:
        return None
    states = [replace(expected, state=DomainState.SHUTOFF, agent=False)]
    for step in steps:
        after = effect(states[-1], step.action, host)
        if isinstance(after, Refusal):
            return None
        states.append(after)
    return tuple(states)
