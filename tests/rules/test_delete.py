"""Every reason not to delete a snapshot, and what deleting leaves."""

from dataclasses import replace

import pytest

from reconcile.model.action import Delete
from reconcile.model.domain import Domain, DomainState
from reconcile.model.host import Capabilities
from reconcile.model.snapshot import DataState, Memory, MemoryKind
from reconcile.model.source import Source
from reconcile.rules.refusals import Code
from tests.rules.cases import RUNNING, Case, edited, pointing, renamed
from tests.rules.notation import FORKY, OWN, TRIXIE, disk, domain, drawn, grown

TWO = domain(disk(), disk("vdb"))
OLD = Capabilities("QEMU", (8, 0, 0), external_revert=False)
ODD = renamed(grown("start, int A"), "a b")


def with_first(now: Domain, **fields: object) -> Domain:
    """The domain with something else known of its first disk."""
    first, *rest = now.disks
    changed = replace(first, **fields)  # type: ignore[arg-type] # a disk's own fields
    return replace(now, disks=(changed, *rest))


CHAIN, SIDE = grown("ext A, ext B"), grown("ext A, ext B, ext C, revert B, ext D")
LEFT_OUT = grown("start, ext A, ext B vda, int C", TWO)
MEMORY_ALONE = edited(grown("start, mem A"), "A", disks=())
SHARED_MEMORY = edited(
    grown("start, mem A, ext B"), "B", memory=Memory(MemoryKind.EXTERNAL, "/images/vda.A.mem")
)
FOREIGN_MEMORY = edited(
    grown("start, mem A, ext B"), "B", memory=Memory(MemoryKind.EXTERNAL, "/images/vda.B")
)
TWO = grown("ext A, ext B", domain(disk(), disk("vdb")))
DETACHED = replace(TWO, disks=TWO.disks[:1])
MOVED_ON = grown("ext A, ext B, revert A, ext C, delete B")

CASES = [
    Case(Code.SNAPSHOT_GONE, domain(), "delete A"),
    Case(Code.STATE_UNSUPPORTED, replace(CHAIN, state=DomainState.OTHER), "delete B"),
    Case(Code.NAME_JOB_ID, ODD, Delete("a b")),
    Case(Code.INTERNAL_ELSEWHERE, grown("start, int A, ext B"), "delete A"),
    Case(Code.BLOCK_JOB, replace(grown("start, int A"), block_jobs=("vda",)), "delete A"),
    Case(Code.EXTERNAL_OLD_LIBVIRT, CHAIN, "delete B", OLD),
    Case(Code.DISK_DETACHED, DETACHED, "delete B"),
    Case(Code.EXTERNAL_NO_DISK, MEMORY_ALONE, "delete A", OWN),
    Case(Code.NO_CURRENT, pointing(CHAIN, None), "delete B"),
    Case(
        Code.EXTERNAL_NOT_FILE_DELETE,
        edited(CHAIN, "B", sources=(("vda", Source.VOLUME),)),
        "delete B",
    ),
    Case(Code.DISK_TRANSIENT, with_first(CHAIN, transient=True), "delete B"),
    Case(Code.CHAIN_DIFFERS, with_first(CHAIN, disagrees=True), "delete B"),
    Case(Code.OVERLAY_GONE, with_first(CHAIN, missing="/images/vda.A"), "delete B"),
    Case(Code.DATA_LOST, edited(CHAIN, "B", data=DataState.GONE), "delete B"),
    Case(Code.MANAGED_SAVE, replace(CHAIN, managed_save=True), "delete B"),
    Case(Code.DELETE_IN_PROGRESS, edited(CHAIN, "A", delete_in_progress=True), "delete B"),
    Case(Code.PAUSED_TWICE, grown("start, mem A, pause"), "delete A"),
    Case(Code.TREE_MISPLACED, pointing(CHAIN, "A"), "delete B"),
    Case(Code.EXTERNAL_INTERNAL_CHILD, grown("ext A, int B"), "delete A"),
    Case(Code.EXTERNAL_INTERNAL_PARENT, grown("int A, ext B"), "delete B"),
    Case(Code.EXTERNAL_SEVERAL_CHILDREN, SIDE, "delete B"),
    Case(Code.EXTERNAL_ACTIVE_NOT_LEAF, grown("ext A, ext B, revert A"), "delete A"),
    Case(Code.EXTERNAL_OFFLINE, CHAIN, "delete A", OWN),
    Case(Code.EXTERNAL_OFF_CHAIN, grown("ext A, ext B, ext C, revert A, ext D"), "delete B"),
    Case(Code.EXTERNAL_SIDE_BRANCH, SIDE, "delete A", TRIXIE),
    Case(Code.EXTERNAL_UNKNOWN_BASE, edited(CHAIN, "B", base=()), "delete B"),
    Case(Code.EXTERNAL_OVERLAY_GONE, MOVED_ON, "delete A"),
    Case(Code.DELETE_HURTS, SHARED_MEMORY, "delete B"),
    Case(Code.DELETE_HURTS, LEFT_OUT, "delete A"),
    Case(Code.DELETE_IN_USE, FOREIGN_MEMORY, "delete B"),
    Case(Code.FORGET_EXTERNAL, CHAIN, "forget A"),
    Case(Code.FORGET_EXTERNAL, CHAIN, "forget B"),
    Case(Code.FORGET_EXTERNAL, grown("int A, ext B, int C"), "forget B"),
    Case(Code.FORGET_EXTERNAL, grown("int A, ext B"), "forget B"),
    Case(Code.PAUSED_TRACE, grown("start, pause, mem A"), "forget A"),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_refused(case: Case) -> None:
    assert case.refusal() == case.code


@pytest.mark.parametrize(
    ("now", "words", "drawing"),
    [
        (grown("int A, int B, int C"), "delete B", "A int (C int*)"),
        (grown("int A, int B"), "delete B", "A int*"),
        (grown("ext A, ext B, ext C"), "delete B", "A ext (C ext*)"),
        (SIDE, "delete C", "A ext (B ext (D ext*))"),
        (SIDE, "delete A", "B ext (C ext) (D ext*)"),
        (grown("int A, int B"), "forget A", "B int*"),
        (grown("ext A"), "forget A", ""),
    ],
)
def test_what_is_left(now: Domain, words: str, drawing: str) -> None:
    after = grown(words, now, FORKY)
    assert drawn(after.tree) == drawing


def test_a_merge_takes_the_disk_back_to_the_base() -> None:
    after = grown("delete B, delete A", replace(CHAIN, state=RUNNING))
    assert [each.path for each in after.disks] == ["/images/vda.qcow2"]


@pytest.mark.parametrize("order", ["delete B, delete A", "delete A, delete B"])
def test_a_merge_takes_the_disk_back_to_what_its_base_is(order: str) -> None:
    """An overlay is a plain file; the image below may need a key."""
    started = with_first(domain(state=RUNNING), encrypted=True)
    above = grown("ext A, ext B", started)
    assert [each.encrypted for each in above.disks] == [False]
    after = grown(order, above)
    assert [each.encrypted for each in after.disks] == [True]
