"""The order of deletes: any that the rules allow is found, and none is refused that has one."""

from itertools import permutations

from hypothesis import assume, given
from hypothesis import strategies as st

from reconcile.model.action import Action, Delete
from reconcile.model.domain import Domain
from reconcile.model.host import Capabilities
from reconcile.model.plan import Refusal
from reconcile.plan.draft import Draft
from reconcile.plan.phases.deletes import delete_surplus
from reconcile.rules.effect import simulate
from tests.properties.profile import examples
from tests.properties.worlds import World, worlds
from tests.rules.notation import drawn, grown

MOST = 5  # snapshots: all orders of them can be tried


def legal(now: Domain, order: tuple[str, ...], host: Capabilities) -> bool:
    actions: tuple[Action, ...] = tuple(Delete(name) for name in order)
    return not isinstance(simulate(now, actions, host), Refusal)


@examples(50)
@given(worlds(longest=14), st.sets(st.sampled_from("ABCDEFGHIJKLMN")))
def test_an_order_is_found_where_there_is_one(world: World, kept: set[str]) -> None:
    now, host = world.now, world.host
    surplus = [each for each in now.tree if each.name not in kept]
    assume(0 < len(surplus) <= MOST)
    draft = delete_surplus(Draft(now, host), surplus, frozenset())
    names = sorted(each.name for each in surplus)
    if draft.refusals:
        assert not any(legal(now, order, host) for order in permutations(names))
    else:
        assert sorted(step.action.snapshot for step in draft.steps) == names


def test_a_branched_external_tree_goes_from_its_leaves() -> None:
    now = grown("ext A, ext B, ext C, revert B, ext D, revert A, ext E")
    surplus = [now.tree[name] for name in "BCD"]
    draft = delete_surplus(
        Draft(now, Capabilities("QEMU", (11, 3, 0), external_revert=True)), surplus, frozenset()
    )
    assert not draft.refusals
    assert drawn(draft.domain.tree) == "A ext (E ext*)"
