"""An apply records on the host what it applied, once a domain is as declared, for `drift`.

That goes into the mark of the tree's first root by one redefine, which changes nothing else: a mark
outlives reverts, deletes of other snapshots and this machine. Without it `drift` could not tell
what somebody deleted from what was never applied. Nothing depends on it: where it fails, that is
told, and `drift` says `unknown`.
"""

from collections.abc import Callable

from reconcile.diff.origin import recorded
from reconcile.errors import ReconcileError
from reconcile.execute.domain_port import DomainPort
from reconcile.model.action import Redefine
from reconcile.model.desired import DesiredTree
from reconcile.model.domain import Domain
from reconcile.model.plan import Refusal
from reconcile.rules.effect import effect


def record_applied(
    desired: DesiredTree, observed: Domain, port: DomainPort, note: Callable[[str], None]
) -> None:
    """Record what is declared, if that is not what was recorded last; `observed` is as declared."""
    mark = recorded(desired, observed.tree)
    if mark is None:
        return
    root = observed.tree[mark.snapshot]
    action = Redefine(root.name, root.parent, root.description, mark)
    after = effect(observed, action, port.capabilities)
    try:
        if isinstance(after, Refusal):
            note(f"what was applied is not recorded: {after.message}")
        else:
            port.perform(action, lambda _: None)
    except ReconcileError as error:
        note(f"what was applied is not recorded: {error.message}")
