"""The files behind snapshots: whose data an operation on files would destroy."""

from reconcile.model.file_effects import FileEffects
from reconcile.model.tree import Tree
from reconcile.rules.files import hurt
from tests.rules.notation import grown


def test_of_several_that_would_be_hurt_one_is_told_whatever_the_order_of_the_listing() -> None:
    tree = grown("ext B, ext A").tree
    every = FileEffects(removed=frozenset(path for each in tree for path in each.files()))
    turned = Tree.of(reversed(list(tree)), tree.current)
    first = hurt(tree, every)
    assert first is not None
    assert first == hurt(turned, every)
    assert first[0] == "A"
