"""The way into the rules: what one action makes of one domain."""

from typing import assert_never

from reconcile.model.action import Action, Create, Delete, Redefine, Revert
from reconcile.model.domain import Domain
from reconcile.model.host import Capabilities
from reconcile.model.plan import Refusal
from reconcile.rules.create import create, taken
from reconcile.rules.delete import delete, deleted
from reconcile.rules.redefine import redefine, rewritten
from reconcile.rules.revert import revert, reverted


def effect(domain: Domain, action: Action, host: Capabilities) -> Domain | Refusal:
    """The domain after the action, or the refusal of the action."""
    match action:
        case Create():
            return create(domain, action, host)
        case Redefine():
            return redefine(domain, action)
        case Delete():
            return delete(domain, action, host)
        case Revert():
            return revert(domain, action, host)
    assert_never(action)


def transition(domain: Domain, action: Action, host: Capabilities) -> Domain:
    """The domain after an action that libvirt has begun, whatever the rules say of it.

    Raises LookupError where the action is about a snapshot that is not there.
    """
    match action:
        case Create():
            return taken(domain, action, host)
        case Redefine():
            return rewritten(domain, action)
        case Delete():
            return deleted(domain, action, host)
        case Revert():
            return reverted(domain, action, host)
    assert_never(action)


def simulate(domain: Domain, actions: tuple[Action, ...], host: Capabilities) -> Domain | Refusal:
    """The domain after all the actions, or the first refusal among them."""
    for action in actions:
        after = effect(domain, action, host)
        if isinstance(after, Refusal):
            return after
        domain = after
    return domain
