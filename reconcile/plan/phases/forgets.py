"""Steps for `forget:`, by which libvirt forgets metadata while the data stays where it is."""

from reconcile.diff.tree import Difference
from reconcile.model.action import Delete
from reconcile.model.plan import Reason
from reconcile.plan.draft import Draft


def forget(draft: Draft, difference: Difference) -> Draft:
    """The draft with a delete of the metadata of each snapshot to be forgotten, leaves first.

    libvirt moves children to the parent.
    """
    tree = draft.domain.tree
    order = sorted(difference.forgotten, key=lambda each: (-tree.depth(each.name), each.name))
    for snapshot in order:
        draft = draft.take(Delete(snapshot.name, metadata_only=True), Reason.FORGOTTEN)
    return draft
