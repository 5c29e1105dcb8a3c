"""An external delete that was cut off, judged by what libvirt, QEMU and the images say."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from reconcile.model.action import Delete
from reconcile.model.domain import Domain, DomainState
from reconcile.model.fact import Fact
from reconcile.model.leftover import (
    DiskMerge,
    GuestOnBase,
    LeftoverFile,
    MergedDisk,
    MergedInnerImage,
    PartlyMergedSnapshot,
)
from reconcile.model.plan import Refusal
from reconcile.recovery.call_context import Baseline, CallContext, MergeWinner
from reconcile.recovery.evidence import Evidence
from reconcile.recovery.judge import judge
from reconcile.recovery.verdicts import (
    ChangedByOthers,
    Done,
    NotDone,
    PartlyDone,
    Undecided,
    Verdict,
)
from reconcile.rules.effect import effect
from tests.recovery.facts import there
from tests.rules.notation import FORKY, disk, domain, grown

TWO = domain(disk(), disk("vdb"), state=DomainState.RUNNING)
BEFORE = grown("ext A, ext B", TWO)
DELETE = Delete("B")
_after = effect(BEFORE, DELETE, FORKY)
assert not isinstance(_after, Refusal)
AFTER = _after
VDA = DiskMerge("vda", "/images/vda.B", "/images/vda.A")
VDB = DiskMerge("vdb", "/images/vdb.B", "/images/vdb.A")
BASES = ((VDA.base, 1), (VDB.base, 1))
CALL = CallContext.of(DELETE, BEFORE, AFTER, FORKY)
CUT = replace(CALL, baseline=Baseline(process=7, written=BASES))
BOTH = there(VDA.overlay, VDB.overlay)
ON_OVERLAYS = {"vda": VDA.overlay, "vdb": VDB.overlay}
CHAINS = {"vda": (VDA.overlay, VDA.base), "vdb": (VDB.overlay, VDB.base)}
AS_BEFORE = Evidence(BEFORE, 7, BOTH, chains=CHAINS, written=BASES)
BEGUN = replace(AS_BEFORE, written=((VDA.base, 2), (VDB.base, 1)))
OFF = replace(BEGUN, domain=replace(BEFORE, state=DomainState.SHUTOFF), process=None, chains={})


def _on(base: Domain, **paths: str) -> Domain:
    disks = (replace(disk, path=paths.get(disk.target, disk.path)) for disk in base.disks)
    return replace(base, disks=tuple(disks))


def judged(now: Evidence, cut: CallContext = CUT) -> Verdict:
    return judge(cut, now)


def test_the_notation_makes_what_is_meant() -> None:
    assert {each.target: each.path for each in BEFORE.disks} == ON_OVERLAYS
    assert {each.path for each in AFTER.disks} == {VDA.base, VDB.base}


def test_as_before_with_the_bases_untouched_is_not_done() -> None:
    assert judged(AS_BEFORE) == NotDone()


def test_as_before_with_a_base_written_is_halfway() -> None:
    assert judged(BEGUN) == PartlyDone(("the merge has begun",))


@pytest.mark.parametrize("answered", [True, False])
def test_where_the_images_cannot_be_seen_only_an_answer_counts(answered: bool) -> None:
    blind = replace(CALL, baseline=Baseline(process=7), answered=answered)
    found = judged(replace(AS_BEFORE, written=()), blind)
    assert found == (NotDone() if answered else PartlyDone(("the merge has begun",)))


def test_a_disk_that_qemu_has_moved_is_put_back() -> None:
    astray = replace(BEGUN, chains={**CHAINS, "vda": (VDA.base,)})
    assert judged(astray) == PartlyDone((), (GuestOnBase(VDA),))


def test_a_disk_that_libvirt_has_moved_is_put_back_through_libvirt() -> None:
    moved = _on(BEFORE, vda=VDA.base)
    found = judged(replace(BEGUN, domain=moved, chains={**CHAINS, "vda": (VDA.base,)}))
    assert isinstance(found, PartlyDone)
    assert found.leftovers == (MergedDisk(VDA),)


def test_a_job_that_only_libvirt_believes_in_is_in_the_way() -> None:
    found = judged(replace(BEGUN, lost_jobs=("vda",)))
    assert isinstance(found, Undecided)
    assert "virsh managedsave web01" in found.notes[0]


def test_what_qemu_writes_elsewhere_is_not_touched() -> None:
    found = judged(replace(BEGUN, chains={**CHAINS, "vda": ("/images/else",)}))
    assert isinstance(found, Undecided)
    assert "QEMU writes to /images/else" in found.notes[0]


def test_a_guest_that_went_off_with_its_images_alike_is_no_hindrance() -> None:
    found = judged(OFF)
    assert isinstance(found, PartlyDone)
    assert found.leftovers == ()


@pytest.mark.parametrize(
    ("cut", "left"),
    [
        (CUT, None),
        (replace(CUT, answered=True), ()),
        (replace(CUT, winner=MergeWinner.OVERLAY), ()),
        (replace(CUT, winner=MergeWinner.BASE), (GuestOnBase(VDA),)),
    ],
    ids=["nobody knows", "libvirt knew", "overlay", "base"],
)
def test_images_that_differ(cut: CallContext, left: tuple[object, ...] | None) -> None:
    found = judged(replace(OFF, differing={VDA.overlay: Fact.YES}), cut)
    if left is None:
        assert isinstance(found, Undecided)
        assert f"{VDA.overlay} and {VDA.base} differ" in found.notes[0]
    else:
        assert isinstance(found, PartlyDone)
        assert found.leftovers == left


def test_a_guest_that_only_libvirt_calls_off_is_left_alone() -> None:
    found = judged(
        replace(OFF, held={VDA.overlay: Fact.YES}), replace(CUT, winner=MergeWinner.OVERLAY)
    )
    assert isinstance(found, Undecided)
    assert "still holds /images/vda.B" in found.notes[0]


UNSEEN = replace(OFF, held={VDA.overlay: Fact.UNKNOWN})


def test_where_nobody_can_see_who_holds_an_image_nothing_is_done() -> None:
    found = judged(UNSEEN)
    assert isinstance(found, Undecided)
    assert f"whether a QEMU still holds {VDA.overlay} cannot be seen" in found.notes[0]
    assert f"pgrep -af {BEFORE.uuid}" in found.notes[0]
    assert "reconcile resume --keep base" in found.notes[0]


@pytest.mark.parametrize(
    "cut",
    [replace(CUT, answered=True), replace(CUT, winner=MergeWinner.OVERLAY)],
    ids=["libvirt knew", "somebody looked"],
)
def test_who_holds_an_image_is_known_otherwise(cut: CallContext) -> None:
    assert isinstance(judged(UNSEEN, cut), PartlyDone)


def test_images_that_cannot_be_compared_are_for_somebody_to_decide() -> None:
    unseen = replace(OFF, differing={VDA.overlay: Fact.UNKNOWN})
    found = judged(unseen)
    assert isinstance(found, Undecided)
    assert f"whether {VDA.overlay} and {VDA.base} differ cannot be seen" in found.notes[0]
    base = judged(unseen, replace(CUT, winner=MergeWinner.BASE))
    assert isinstance(base, PartlyDone)
    assert base.leftovers == (GuestOnBase(VDA),)


@pytest.mark.parametrize("fact", list(Fact))
def test_an_overlay_that_cannot_be_seen_is_not_taken_for_gone(fact: Fact) -> None:
    """The guest is off all the time, and libvirt refuses the delete, which was not begun."""
    before, after = (replace(each, state=DomainState.SHUTOFF) for each in (BEFORE, AFTER))
    call = replace(CallContext.of(DELETE, before, after, FORKY), answered=True)
    found = judged(Evidence(before, files={**BOTH, VDA.overlay: fact}), call)
    gone = PartlyDone((), (GuestOnBase(VDA),))
    assert found == (gone if fact is Fact.NO else NotDone())


@pytest.mark.parametrize("answered", [True, False])
def test_a_base_that_shows_no_change_is_not_known_to_be_untouched(answered: bool) -> None:
    """A block device's time of change does not follow what is written to it: it is left out."""
    seen = replace(CUT, baseline=Baseline(process=7, written=BASES[1:]), answered=answered)
    found = judged(replace(AS_BEFORE, written=BASES[1:]), seen)
    assert found == (NotDone() if answered else PartlyDone(("the merge has begun",)))


def test_an_overlay_that_is_gone_with_the_guest_off_is_made_anew() -> None:
    found = judged(replace(OFF, files={**BOTH, VDA.overlay: Fact.NO}))
    assert isinstance(found, PartlyDone)
    assert found.leftovers == (GuestOnBase(VDA),)


def test_what_a_finished_delete_left_is_left_over() -> None:
    assert judged(Evidence(AFTER, 7)) == Done()
    assert judged(Evidence(AFTER, 7, BOTH)) == Done(
        (LeftoverFile(VDA.overlay), LeftoverFile(VDB.overlay))
    )


def test_a_guest_that_died_before_it_began_has_moved() -> None:
    off = replace(OFF, written=BASES)
    assert judged(off) == ChangedByOthers(("the domain is shutoff, not running",))


Chains = Mapping[str, tuple[str, ...]]
MIDDLE = Delete("A")
_without = effect(BEFORE, MIDDLE, FORKY)
assert not isinstance(_without, Refusal)
CHAIN = {t: (f"/images/{t}.B", f"/images/{t}.A", f"/images/{t}.qcow2") for t in ("vda", "vdb")}
SHORT = {t: (f"/images/{t}.B", f"/images/{t}.qcow2") for t in ("vda", "vdb")}
INNER = tuple(DiskMerge(t, f"/images/{t}.A", f"/images/{t}.qcow2") for t in ("vda", "vdb"))
BELOW = (("/images/vda.qcow2", 1), ("/images/vdb.qcow2", 1))
MIDDLE_CUT = replace(
    CallContext.of(MIDDLE, BEFORE, _without, FORKY), baseline=Baseline(process=7, written=BELOW)
)


def _middle(listed: Chains, read: Chains) -> Verdict:
    disks = tuple(replace(each, backing=listed[each.target][1:]) for each in BEFORE.disks)
    files = there(*(merge.overlay for merge in INNER))
    shown = Evidence(replace(BEFORE, disks=disks), 7, files, chains=read, written=BELOW)
    return judge(MIDDLE_CUT, shown)


def test_a_middle_that_is_whole_is_not_done() -> None:
    assert _middle(CHAIN, CHAIN) == NotDone()


def test_an_image_that_only_libvirt_lists_is_put_back_first() -> None:
    read = {**CHAIN, "vda": SHORT["vda"]}
    assert _middle(CHAIN, read) == PartlyDone((), (MergedInnerImage(INNER[0]),))
    mixed = _middle({**CHAIN, "vdb": SHORT["vdb"]}, SHORT)
    assert mixed == PartlyDone((), (MergedInnerImage(INNER[0]),))


def test_a_middle_that_both_have_half_merged_is_completed() -> None:
    half = {**CHAIN, "vda": SHORT["vda"]}
    assert _middle(half, half) == PartlyDone((), (PartlyMergedSnapshot("A", INNER, (INNER[1],)),))
    assert _middle(SHORT, SHORT) == PartlyDone((), (PartlyMergedSnapshot("A", INNER, ()),))


def _without_guest(read: Chains) -> Verdict:
    """The guest is off: libvirt lists nothing below its disks, the images tell."""
    files = there(*(merge.overlay for merge in INNER))
    off = replace(BEFORE, state=DomainState.SHUTOFF)
    return judge(MIDDLE_CUT, Evidence(off, None, files, chains=read, written=BELOW))


def test_without_the_guest_the_images_tell_what_is_merged() -> None:
    half = _without_guest({**CHAIN, "vda": SHORT["vda"]})
    assert isinstance(half, PartlyDone)
    assert half.leftovers == (PartlyMergedSnapshot("A", INNER, (INNER[1],)),)
    whole = _without_guest(CHAIN)
    assert whole == ChangedByOthers(("the domain is shutoff, not running",))


def test_an_image_that_cannot_be_read_does_not_count_as_merged() -> None:
    unread = _without_guest({"vda": SHORT["vda"]})
    assert unread == ChangedByOthers(("the domain is shutoff, not running",))
