"""Every reason not to revert, and where a revert leads."""

from dataclasses import replace

import pytest

from reconcile.model.action import Revert
from reconcile.model.definition import Definition
from reconcile.model.desired import RunState
from reconcile.model.domain import Disk, Domain, DomainState
from reconcile.model.plan import Refusal
from reconcile.model.snapshot import DataState, DiskKind, SnapshotDisk
from reconcile.model.source import Source
from reconcile.rules.effect import effect
from reconcile.rules.refusals import Code
from tests.rules.cases import Case, edited, pointing, renamed
from tests.rules.notation import FORKY, OWN, TRIXIE, disk, domain, grown

TWO = domain(disk(), disk("vdb"))
INSIDE, CHAIN = grown("int A"), grown("ext A, ext B")
ONE_STEM = domain(disk(), Disk("vdb", "/images/vda.raw", format="raw"))
ATTACHED = Definition(transient=("vda",))
MANUAL = edited(INSIDE, "A", disks=(SnapshotDisk("vda", DiskKind.MANUAL),))
FORGETFUL = grown("ext A, ext B, ext C, revert B, ext D, delete D")  # trap 3
MEMORY = edited(grown("start, mem A"), "A", disks=())
ALONE = replace(MEMORY, disks=domain().disks)
ODD = renamed(grown("start, int A"), "a b")

CASES = [
    Case(Code.SNAPSHOT_GONE, domain(), "revert A"),
    Case(Code.NO_EMBEDDED_DOMAIN, edited(INSIDE, "A", has_domain=False), "revert A"),
    Case(Code.TRANSIENT, replace(INSIDE, persistent=False), "revert A"),
    Case(Code.DISK_MANUAL, MANUAL, "revert A"),
    Case(Code.MANAGED_SAVE, replace(INSIDE, managed_save=True), "revert A"),
    Case(Code.BLOCK_JOB, replace(INSIDE, block_jobs=("vda",)), "revert A"),
    Case(Code.DELETE_IN_PROGRESS, edited(CHAIN, "B", delete_in_progress=True), "revert A"),
    Case(Code.TREE_MISPLACED, pointing(CHAIN, "A"), "revert B"),
    Case(Code.NAME_DIGITS, renamed(INSIDE, "7"), "revert 7"),
    Case(Code.CHECKPOINTS, replace(INSIDE, checkpoints=("daily",)), "revert A"),
    Case(Code.NAME_JOB_ID_REVERT, ODD, Revert("a b")),
    Case(Code.REVERT_HURTS, grown("int A, ext B"), "revert A"),
    Case(Code.EXTERNAL_NOT_FILE, edited(CHAIN, "B", sources=(("vda", Source.BLOCK),)), "revert B"),
    Case(
        Code.DISK_ENCRYPTED_REVERT,
        edited(CHAIN, "B", definition=Definition(encrypted=("vda",))),
        "revert B",
    ),
    Case(
        Code.DISK_ENCRYPTED_REVERT,
        edited(CHAIN, "B", definition=Definition(encrypted=("vda",))),
        Revert("B", RunState.RUNNING),
    ),
    Case(
        Code.DISK_SHAREABLE,
        edited(CHAIN, "B", definition=Definition(shareable=("vda",))),
        "revert B",
    ),
    Case(Code.STEMS_EQUAL, grown("ext A vda", ONE_STEM), "revert A"),
    Case(Code.DISK_TRANSIENT, grown("ext A", replace(domain(), definition=ATTACHED)), "revert A"),
    Case(
        Code.EXTERNAL_NOT_FILE,
        grown("ext A vda", domain(disk(), Disk("vdb", "/dev/vg/b", source=Source.BLOCK))),
        "revert A",
    ),
    Case(Code.DATA_LOST, edited(CHAIN, "A", data=DataState.OVERWRITTEN), "revert B"),
    Case(Code.DATA_DIFFERS, edited(CHAIN, "A", data=DataState.DIFFERS), "revert B"),
    Case(Code.REVERT_HURTS, FORGETFUL, "revert A"),
    Case(Code.REVERT_EXTERNAL, CHAIN, "revert A", OWN),
    Case(Code.NO_CURRENT_REVERT, pointing(ALONE, None), "revert A"),
    Case(Code.REVERT_EXCLUDED, grown("ext A vda, ext B", TWO), "revert A"),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_refused(case: Case) -> None:
    assert case.refusal() == case.code


@pytest.mark.parametrize(
    ("now", "wanted", "state"),
    [
        (grown("int A, start"), RunState.AS_CAPTURED, DomainState.SHUTOFF),
        (grown("int A"), RunState.RUNNING, DomainState.RUNNING),
        (grown("start, int A, stop"), RunState.AS_CAPTURED, DomainState.RUNNING),
        (grown("start, int A, stop"), RunState.PAUSED, DomainState.PAUSED),
        (grown("start, ext A"), RunState.AS_CAPTURED, DomainState.SHUTOFF),
        (grown("start, mem A, stop"), RunState.AS_CAPTURED, DomainState.RUNNING),
    ],
)
def test_the_run_state_after_it(now: Domain, wanted: RunState, state: DomainState) -> None:
    after = effect(now, Revert("A", wanted), FORKY)
    assert not isinstance(after, Refusal)
    assert after.state is state


def test_an_external_one_goes_on_in_a_new_overlay_of_the_same_base() -> None:
    after = effect(CHAIN, Revert("A"), TRIXIE)
    assert not isinstance(after, Refusal)
    (vda,) = after.disks
    assert (vda.path, vda.backing) == ("/images/vda.<1>", ("/images/vda.qcow2",))
    assert after.tree["A"].revert_disks[0].file == vda.path
