"""A revert that was cut off, judged by the pointer, the disks and the guest's process."""

from dataclasses import replace

from reconcile.model.domain import Domain
from reconcile.model.leftover import LostCurrent
from reconcile.model.plan import Refusal
from reconcile.recovery.call_context import CallContext
from reconcile.recovery.evidence import Evidence
from reconcile.recovery.judge import judge
from reconcile.recovery.verdicts import ChangedByOthers, Done, Failed, NotDone, PartlyDone
from reconcile.rules.effect import effect
from tests.rules.notation import FORKY, action, disk, domain, grown
from tests.simulation.world import concrete

BEFORE = grown("ext A, ext B", domain(disk(), disk("vdb")))
REVERT = action(BEFORE, "revert", "A")
_after = effect(BEFORE, REVERT, FORKY)
assert not isinstance(_after, Refusal)
AFTER = _after
CUT = CallContext.of(REVERT, BEFORE, AFTER, FORKY)


def _pointless(base: Domain) -> Domain:
    return replace(base, tree=base.tree.with_current(None))


def test_all_of_it_is_done_and_none_of_it_is_not() -> None:
    assert judge(CUT, Evidence(concrete(AFTER, 1_700_000_000))) == Done()
    assert judge(CUT, Evidence(BEFORE)) == NotDone()


def test_with_the_pointer_alone_it_is_repeated_as_it_is() -> None:
    pointed = replace(BEFORE, tree=BEFORE.tree.with_current("A"))
    assert judge(CUT, Evidence(pointed)) == PartlyDone(("the current snapshot is A, not B",))


def test_a_lost_pointer_is_moved_back_before_it_is_repeated() -> None:
    assert isinstance(effect(_pointless(BEFORE), REVERT, FORKY), Refusal)  # it would crash libvirtd
    found = judge(CUT, Evidence(_pointless(BEFORE)))
    assert found == PartlyDone(("the current snapshot is none, not B",), (LostCurrent("B"),))


def test_what_libvirt_answered_with_an_error_is_not_repeated() -> None:
    """It may have stopped the guest, or set all disks back and failed to start it."""
    answered = replace(CUT, answered=True)
    pointed = replace(BEFORE, tree=BEFORE.tree.with_current("A"))
    assert judge(answered, Evidence(pointed)) == Failed(("the current snapshot is A, not B",))
    found = judge(answered, Evidence(_pointless(BEFORE)))
    assert found == Failed(("the current snapshot is none, not B",), (LostCurrent("B"),))


def test_nothing_is_moved_where_somebody_was_there() -> None:
    theirs = _pointless(grown("ext C", BEFORE))
    found = judge(CUT, Evidence(theirs))
    assert isinstance(found, ChangedByOthers)
    assert found.leftovers == ()
