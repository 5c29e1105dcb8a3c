"""A create that was cut off, judged by what libvirt and QEMU say of its disks."""

from dataclasses import replace

import pytest

from reconcile.model.action import Create
from reconcile.model.domain import Disk, Domain, DomainState
from reconcile.model.leftover import (
    DiskMerge,
    GuestOnOverlay,
    IncompleteSnapshot,
    LeftoverFile,
    LostCurrent,
    UnknownOverlays,
)
from reconcile.model.plan import Refusal
from reconcile.model.snapshot import NO_MEMORY, Mark, Snapshot, SnapshotState
from reconcile.recovery.call_context import Baseline, CallContext
from reconcile.recovery.evidence import Evidence
from reconcile.recovery.judge import judge
from reconcile.recovery.verdicts import ChangedByOthers, Completable, Done, NotDone
from reconcile.rules.effect import effect
from tests.recovery.facts import there
from tests.rules.notation import FORKY, action, disk, domain, grown

TWO = domain(disk(), disk("vdb"), state=DomainState.RUNNING)
BEFORE = grown("ext A", TWO)
_asked = action(BEFORE, "mem", "B")
assert isinstance(_asked, Create)
CREATE: Create = _asked
_after = effect(BEFORE, CREATE, FORKY)
assert not isinstance(_after, Refusal)
AFTER = _after
MADE = AFTER.tree["B"]
MEMORY = MADE.memory.file or ""
MERGES = tuple(DiskMerge(t, f"/images/{t}.B", f"/images/{t}.A") for t in ("vda", "vdb"))
CUT = replace(CallContext.of(CREATE, BEFORE, AFTER, FORKY), baseline=Baseline(process=7))
FILES = there(MEMORY, *(merge.overlay for merge in MERGES))
MOVED = replace(BEFORE, disks=AFTER.disks)


def _pointless(base: Domain) -> Domain:
    return replace(base, tree=base.tree.with_current(None))


def test_the_notation_makes_what_is_meant() -> None:
    assert {(each.target, each.path) for each in AFTER.disks} == {
        (merge.target, merge.overlay) for merge in MERGES
    }


def test_all_of_it_is_done_and_without_the_mark_unfinished() -> None:
    assert judge(CUT, Evidence(AFTER, 7, FILES)) == Done()
    unmarked = replace(AFTER, tree=AFTER.tree.put(replace(MADE, mark=None)))
    assert judge(CUT, Evidence(unmarked, 7, FILES)) == Completable(CREATE)


def test_disks_without_a_snapshot_are_merged_back() -> None:
    found = judge(CUT, Evidence(MOVED, 7, FILES))
    assert found == NotDone((UnknownOverlays(MERGES), LeftoverFile(MEMORY)))


def test_a_lost_pointer_is_moved_back_with_them() -> None:
    found = judge(CUT, Evidence(_pointless(MOVED), 7, FILES))
    assert found == NotDone((UnknownOverlays(MERGES), LeftoverFile(MEMORY), LostCurrent("A")))
    assert judge(CUT, Evidence(_pointless(BEFORE), 7)) == NotDone((LostCurrent("A"),))


def test_an_overlay_that_only_qemu_knows_is_no_file_to_remove() -> None:
    chains = {"vda": ("/images/vda.B", "/images/vda.A"), "vdb": ("/images/vdb.A",)}
    found = judge(CUT, Evidence(BEFORE, 7, FILES, chains=chains))
    assert found == NotDone(
        (GuestOnOverlay(MERGES[0]), LeftoverFile("/images/vdb.B"), LeftoverFile(MEMORY))
    )


@pytest.mark.parametrize("mark", [None, MADE.mark], ids=["unmarked", "marked"])
def test_a_snapshot_without_its_memory_is_deleted(mark: Mark | None) -> None:
    broken = replace(MADE, mark=mark, state=SnapshotState.SHUTOFF)
    off = replace(AFTER, state=DomainState.SHUTOFF, tree=AFTER.tree.put(broken))
    found = judge(CUT, Evidence(off, None, FILES))
    notes = ("the domain is shutoff, not running",)
    assert found == ChangedByOthers(notes, (IncompleteSnapshot("B"), LeftoverFile(MEMORY)))


def test_somebodys_snapshot_of_that_name_is_left_alone() -> None:
    disks = tuple(replace(each, file=f"/images/mine.{each.target}") for each in MADE.disks)
    tree = AFTER.tree.put(replace(MADE, mark=None, disks=disks))
    theirs = replace(AFTER, tree=tree, disks=(Disk("vda", "/images/mine.vda"), AFTER.disks[1]))
    found = judge(CUT, Evidence(theirs, 7))
    assert isinstance(found, ChangedByOthers)
    assert found.leftovers == ()


def _internal() -> tuple[CallContext, Snapshot]:
    """A create inside the images of a running guest, and what it makes with its memory."""
    before = grown("mem A", TWO)
    asked = action(before, "int", "B")
    assert isinstance(asked, Create)
    after = effect(before, asked, FORKY)
    assert not isinstance(after, Refusal)
    context = CallContext.of(asked, before, after, FORKY)
    return replace(context, baseline=Baseline(process=7)), after.tree["B"]


def _taken_off(cut: CallContext, made: Snapshot) -> Domain:
    """The guest went off before libvirt began: it took the disks alone, and called it done."""
    disks_alone = replace(made, state=SnapshotState.SHUTOFF, memory=NO_MEMORY)
    tree = cut.after.tree.put(disks_alone)
    return replace(cut.after, state=DomainState.SHUTOFF, tree=tree)


def test_a_snapshot_of_a_guest_that_went_off_before_is_deleted() -> None:
    cut, made = _internal()
    tags = {f"/images/{target}.A": ("B",) for target in ("vda", "vdb")}
    found = judge(cut, Evidence(_taken_off(cut, made), tags=tags))
    assert found == ChangedByOthers(
        ("the domain is shutoff, not running",), (IncompleteSnapshot("B"),)
    )


def test_one_that_nobody_marked_is_left_alone() -> None:
    cut, made = _internal()
    found = judge(cut, Evidence(_taken_off(cut, replace(made, mark=None))))
    assert isinstance(found, ChangedByOthers)
    assert found.leftovers == ()
