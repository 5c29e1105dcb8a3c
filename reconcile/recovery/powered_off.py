"""Guests that are off since the plan was made: whether the steps left can be taken without them."""

from collections.abc import Sequence
from dataclasses import replace

from reconcile.model.action import Revert
from reconcile.model.domain import Domain, DomainState
from reconcile.model.host import Capabilities
from reconcile.model.plan import Refusal, Step
from reconcile.recovery.deviations import deviations
from reconcile.rules.effect import effect

States = tuple[Domain, ...]


def is_powered_off(expected: Domain, observed: Domain) -> bool:
    """Whether the guest is off though it should be on."""
    return expected.active and observed.state is DomainState.SHUTOFF


def without_guest(expected: Domain, steps: Sequence[Step], host: Capabilities) -> States | None:
    """The domain now and after each step left, by the rules, with the guest off.

    None where a step is refused without it.
    """
    states = [replace(expected, state=DomainState.SHUTOFF, agent=False)]
    for step in steps:
        after = effect(states[-1], step.action, host)
        if isinstance(after, Refusal):
            return None
        states.append(after)
    return tuple(states)


def reverting_again(
    states: States, steps: Sequence[Step], observed: Domain, host: Capabilities
) -> States | None:
    """The domain now and after each step left, with the last step, a revert, done once more.

    The revert brings the guest back.

    `states` begin with the domain that the revert led to, `steps` with the revert. None where it
    is not the guest that is missing.
    """
    if (
        not steps
        or not isinstance(steps[0].action, Revert)
        or not is_powered_off(states[0], observed)
    ):
        return None
    off = replace(states[0], state=DomainState.SHUTOFF, agent=False)
    if deviations(off, observed):
        return None
    return without_guest(states[0], steps, host)
