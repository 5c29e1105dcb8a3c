"""`forget:` - libvirt forgets the metadata, the data stays where it is."""

from reconcile.diff.tree import Difference
from reconcile.model.action import Delete
from reconcile.model.plan import Reason
from reconcile.plan.draft import Draft


def forget(draft: Draft, difference: Difference) -> Draft:
    """From the leaves up, since children are moved to the parent."""
    tree = draft.domain.tree
    order = sorted(difference.forgotten, key=lambda each: (-tree.depth(each.name), each.name))
    for snapshot in order:
        draft = draft.take(Delete(snapshot.name, metadata_only=True), Reason.FORGOTTEN)
    return draft
