"""The fingerprint moves with everything a plan depends on, the digest with what it would do."""

from dataclasses import fields, replace
from typing import Any

import pytest

from reconcile.diff.declaration import mark
from reconcile.model.action import Create, Delete, Redefine, Revert
from reconcile.model.desired import Capture, DesiredTree, RunState
from reconcile.model.domain import Disk, Domain, DomainState, Firmware
from reconcile.model.hazard import Hazard
from reconcile.model.host import Dump, Host
from reconcile.model.identity import DomainId, HostId
from reconcile.model.plan import DomainPlan, Reason, Step
from reconcile.model.snapshot import (
    NO_MEMORY,
    DiskKind,
    Mark,
    Memory,
    MemoryKind,
    Snapshot,
    SnapshotDisk,
    SnapshotState,
)
from reconcile.model.source import Source
from reconcile.plan.fingerprint import COVERED, fingerprint
from reconcile.plan.planner import plan_domain, plan_of
from tests.harness.identity import HERE
from tests.rules.cases import edited, on, pointing
from tests.rules.notation import FORKY, declared, disk, domain, grown

NOW = grown("ext A, ext B", domain(disk(), disk("vdb")))
VDA = NOW.disks[0]
OTHER_MARK = replace(mark(declared("A").snapshots[0], None, None), digest="another")

MOVED = {
    "name": replace(NOW, name="web02"),
    "uuid": replace(NOW, uuid="another"),
    "state": replace(NOW, state=DomainState.RUNNING),
    "persistent": replace(NOW, persistent=False),
    "managed save": replace(NOW, managed_save=True),
    "checkpoint": replace(NOW, checkpoints=("daily",)),
    "block job": replace(NOW, block_jobs=("vda",)),
    "firmware": replace(NOW, firmware=Firmware(None)),
    "disk gone": replace(NOW, disks=NOW.disks[:1]),
    "disk path": on(NOW, "vda", "/images/other.qcow2"),
    "disk source": replace(NOW, disks=(replace(VDA, source=Source.BLOCK), NOW.disks[1])),
    "disk format": replace(NOW, disks=(replace(VDA, format="raw"), NOW.disks[1])),
    "disk readonly": replace(NOW, disks=(replace(VDA, readonly=True), NOW.disks[1])),
    "disk shareable": replace(NOW, disks=(replace(VDA, shareable=True), NOW.disks[1])),
    "disk default": replace(NOW, disks=(replace(VDA, default=DiskKind.NONE), NOW.disks[1])),
    "another disk": replace(NOW, disks=(*NOW.disks, Disk("vdc", "/c"))),
    "current": pointing(NOW, "A"),
    "snapshot gone": replace(NOW, tree=NOW.tree.drop("B")),
    "description": edited(NOW, "B", description="theirs"),
    "created": edited(NOW, "B", created=1),
    "parent": edited(NOW, "B", parent=None),
    "memory": edited(NOW, "B", memory=Memory(MemoryKind.EXTERNAL, "/m")),
    "disks": edited(NOW, "B", disks=()),
    "overlay": edited(NOW, "B", disks=(SnapshotDisk("vda", DiskKind.EXTERNAL, "/o"),)),
    "revert disks": edited(NOW, "B", revert_disks=(SnapshotDisk("vda", DiskKind.EXTERNAL, "/o"),)),
    "base": edited(NOW, "B", base=()),
    "delete in progress": edited(NOW, "B", delete_in_progress=True),
    "definition": edited(NOW, "B", has_domain=False),
    "mark": edited(NOW, "B", mark=None),
    "mark digest": edited(NOW, "B", mark=OTHER_MARK),
}


@pytest.mark.parametrize("what", MOVED)
def test_the_fingerprint_moves_with(what: str) -> None:
    assert fingerprint(MOVED[what]) != fingerprint(NOW)


def test_the_fingerprint_is_the_same_for_the_same() -> None:
    assert fingerprint(grown("ext A, ext B", domain(disk(), disk("vdb")))) == fingerprint(NOW)


def test_the_chain_counts_where_libvirt_tells_it() -> None:
    known = replace(NOW, disks=(replace(VDA, backing=("/a", "/b")), NOW.disks[1]))
    assert fingerprint(known) == fingerprint(NOW)
    before, after = (replace(each, state=DomainState.RUNNING) for each in (NOW, known))
    assert fingerprint(before) != fingerprint(after)


def test_the_guest_agent_may_come_and_go() -> None:
    assert fingerprint(replace(NOW, agent=True)) == fingerprint(NOW)


def digest(desired: DesiredTree, observed: Domain) -> str:
    plan = plan_domain(desired, observed, Host(HERE, FORKY))
    return plan_of([plan]).digest


DISK = SnapshotDisk("vda", DiskKind.EXTERNAL, "/images/vda.a", "qcow2")
MARK = Mark("a", "d00d", "abc", protect=True, labels=(("tier", "golden"),))
DUMPED = Snapshot("a", None, SnapshotState.SHUTOFF, NO_MEMORY, (DISK,), base=(("vda", "/i/vda"),))
ACTIONS = (
    Create("a", None, SnapshotState.SHUTOFF, NO_MEMORY, (DISK,), "text", MARK, Capture(halt=True)),
    Redefine("a", "b", "text", MARK, current=True),
    Redefine("a", None, "text", MARK, file="a.xml", dump=Dump(replace(DUMPED, mark=MARK), "uuid")),
    Delete("a", metadata_only=True),
    Revert("a", RunState.PAUSED, force=True, reset_nvram=True),
)


def test_the_digests_of_saved_plans_stay_what_they_are() -> None:
    """By version 0.1, which every saved plan since is compared with."""
    steps = tuple(
        Step(action, Reason.CHANGED, hazards=(Hazard.DELETES_DATA,)) for action in ACTIONS
    )
    here = DomainId(HostId("qemu/system@kvm1", "qemu:///system"), NOW.uuid, NOW.name)
    plan = DomainPlan(here, WANTED, NOW, "", steps)
    assert plan_of([plan]).digest == (
        "sha256:8f7e3070e1309d351d73017cc5c687817adc416775bb431825896eb2c98cfeff"
    )


@pytest.mark.parametrize("kind", COVERED, ids=lambda kind: kind.__name__)
def test_the_digest_covers_all_of_an_action(kind: type[Any]) -> None:
    left_out = {Snapshot: {"sources", "data", "definition"}, Mark: {"fields", "applied"}}
    looked_up = left_out.get(kind, set())  # elsewhere, or in what was applied before
    assert set(COVERED[kind]) == {field.name for field in fields(kind)} - looked_up


WANTED = declared("A (B)")
BASE = edited(grown("int A"), "A", mark=None)


@pytest.mark.parametrize(
    "observed",
    [edited(BASE, "A", created=5), edited(BASE, "A", description="theirs")],
    ids=["creation time", "what is not declared"],
)
def test_the_digest_does_not_depend_on(observed: Domain) -> None:
    wanted = replace(WANTED, adopt=False)
    assert digest(wanted, observed) == digest(wanted, BASE)


def test_the_digest_does_not_depend_on_the_commit() -> None:
    assert digest(replace(WANTED, revision="abc"), BASE) == digest(WANTED, BASE)


@pytest.mark.parametrize(
    "desired",
    [declared("A"), declared("A (C)"), declared("A (B ext)"), declared("A (B (C))")],
)
def test_the_digest_depends_on_what_would_be_done(desired: DesiredTree) -> None:
    assert digest(desired, BASE) != digest(WANTED, BASE)
