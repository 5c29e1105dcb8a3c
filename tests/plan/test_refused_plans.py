"""Every refusal that only a whole plan can give: of files, of copies, of what is allowed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import pytest

from reconcile.model.definition import Definition, Need, Requirement
from reconcile.model.desired import (
    Capture,
    Current,
    DesiredSnapshot,
    DesiredTree,
    Limits,
    RevertWhen,
    When,
)
from reconcile.model.domain import Domain
from reconcile.model.fact import Fact
from reconcile.model.hazard import NEED_APPROVAL
from reconcile.model.host import Dump, Host
from reconcile.model.images import Claim, Image, ImageGraph, ImageUse, Role, SavedMemory
from reconcile.model.snapshot import DiskKind, Memory, MemoryKind, SnapshotDisk
from reconcile.model.source import Source
from reconcile.plan.draft import Draft
from reconcile.plan.guards import guard
from reconcile.plan.planner import plan_domain
from reconcile.plan.preconditions import PlanBase
from reconcile.rules.refusals import Code
from tests.harness.identity import HERE
from tests.rules.cases import edited
from tests.rules.notation import FORKY, PLACE, declared, domain, grown

RUNNING = grown("start")
MEMORY = Memory(MemoryKind.EXTERNAL)


@dataclass(frozen=True, slots=True)
class Case:
    """A declaration for a domain, and a code that its plan must hold."""

    code: Code
    observed: Domain
    desired: DesiredTree
    images: ImageGraph = field(default_factory=ImageGraph)
    dumps: Mapping[str, Dump] = field(default_factory=dict)
    resources: Mapping[Requirement, Fact] = field(default_factory=dict)

    def codes(self) -> set[str]:
        host = Host(HERE, FORKY, self.images, self.dumps, self.resources)
        return {each.code for each in plan_domain(self.desired, self.observed, host).refusals}

    def __str__(self) -> str:
        return str(self.code)


def entry(name: str, **fields: object) -> DesiredTree:
    """A tree of one entry."""
    one = replace(DesiredSnapshot(name, None, PLACE), **fields)  # type: ignore[arg-type] # its own fields
    return replace(declared(""), snapshots=(one,))


def exists(path: str, answer: Fact) -> ImageGraph:
    return ImageGraph({path: Image(exists=answer)})


def tags(*names: str) -> ImageGraph:
    return ImageGraph({"/images/vda.qcow2": Image(tags=names)})


def used(path: str, role: Role = Role.DISK, **facts: bool) -> ImageGraph:
    use = ImageUse("other-uuid", "disk vda of domain db01", role, **facts)
    return ImageGraph(uses={path: (use,)})


def claimed(path: str) -> ImageGraph:
    return ImageGraph().with_claims([(path, Claim("other-uuid", "create A of domain db01", True))])


def unread(path: str) -> ImageGraph:
    return ImageGraph(
        unread=((path, ImageUse("other-uuid", "disk vda of domain db01", Role.DISK)),)
    )


def changed(tree: DesiredTree, name: str, **fields: object) -> DesiredTree:
    """The tree with one entry saying something else."""
    entries = (
        replace(each, **fields) if each.name == name else each  # type: ignore[arg-type] # its own fields
        for each in tree.snapshots
    )
    return replace(tree, snapshots=tuple(entries))


CHAIN, INSIDE = grown("ext A, ext B"), grown("int A, int B")
LOST = replace(CHAIN, tree=domain().tree)
PROTECTED = replace(INSIDE.tree["B"].mark, protect=True)  # type: ignore[type-var] # it has a mark
EXTERNAL = (SnapshotDisk("vda", DiskKind.EXTERNAL),)
ELSEWHERE = (SnapshotDisk("vda", DiskKind.EXTERNAL, file="/elsewhere/a.qcow2"),)
RESTORED = entry("A", redefine_from="A.xml")
OURS = Dump(CHAIN.tree["A"], CHAIN.uuid)
FAR = replace(
    OURS, snapshot=replace(OURS.snapshot, memory=Memory(MemoryKind.EXTERNAL, "/far/a.mem"))
)
APPROVED = {"allow": NEED_APPROVAL}

LAB = Requirement(Need.NETWORK, "lab", "interface 52:54:00:00:00:01")
CARD = Requirement(Need.DEVICE, "pci_0000_01_00_0", "`<hostdev>`")
SECRET = Requirement(Need.SECRET, "5ec4e7ab-0000-4000-8000-000000000001", "`<encryption>`")
MACHINE = Requirement(Need.MACHINE, "pc-i440fx-9.9", "the machine type", arch="x86_64")
IN_DEV = (SnapshotDisk("vda", DiskKind.EXTERNAL, file="/dev/a.qcow2"),)
DEVICE = domain(replace(domain().disks[0], path="/dev/vg0/vda", source=Source.BLOCK))


def needing(*needs: Requirement) -> Domain:
    """A running domain whose first snapshot has memory, and a definition that needs these."""
    return edited(grown("start, int A, int B"), "A", definition=Definition(requires=needs))


CASES = [
    Case(Code.CAPTURE_STATE, domain(), entry("A", capture=Capture(when=When.RUNNING))),
    Case(Code.FILE_EXISTS, domain(), entry("A", disks=EXTERNAL), exists("/images/vda.A", Fact.YES)),
    Case(
        Code.FILE_IN_USE,
        domain(),
        entry("A", disks=EXTERNAL),
        used("/images/vda.A"),
    ),
    Case(
        Code.FILE_UNSEEN,
        RUNNING,
        entry("A", memory=MEMORY),
        exists("/images/vda.A.mem", Fact.UNKNOWN),
    ),
    Case(Code.FILE_ELSEWHERE, domain(), entry("A", disks=ELSEWHERE)),
    Case(
        Code.FILE_MISSING,
        grown("int A, int B"),
        declared("A (B)", current=Current("A"), **APPROVED),
        exists("/images/vda.qcow2", Fact.NO),
    ),
    Case(Code.FILE_ELSEWHERE, DEVICE, entry("A", disks=IN_DEV)),
    Case(
        Code.MEDIUM_MISSING,
        needing(Requirement(Need.MEDIUM, "/iso/cd.iso", "disk hda")),
        declared("A (B)", current=Current("A"), **APPROVED),
        exists("/iso/cd.iso", Fact.NO),
    ),
    Case(
        Code.NETWORK_MISSING,
        needing(LAB),
        declared("A (B)", current=Current("A"), **APPROVED),
        resources={LAB: Fact.NO},
    ),
    Case(
        Code.DEVICE_MISSING,
        needing(CARD),
        declared("A (B)", current=Current("A"), **APPROVED),
        resources={CARD: Fact.NO},
    ),
    Case(
        Code.SECRET_MISSING,
        needing(SECRET),
        declared("A (B)", current=Current("A"), **APPROVED),
        resources={SECRET: Fact.NO},
    ),
    Case(
        Code.MACHINE_UNKNOWN,
        needing(MACHINE),
        declared("A (B)", current=Current("A"), **APPROVED),
        resources={MACHINE: Fact.NO},
    ),
    Case(
        Code.MEMORY_DAMAGED,
        grown("start, mem A, ext B"),
        declared("A (B)", current=Current("A"), **APPROVED),
        ImageGraph({"/images/vda.A.mem": Image(memory=SavedMemory(damage="is cut short"))}),
    ),
    Case(
        Code.IMAGE_AWAY,
        INSIDE,
        declared("A"),
        exists("/images/vda.qcow2", Fact.NO),
    ),
    Case(
        Code.IMAGE_BITMAPS,
        INSIDE,
        declared("A (B)", current=Current("A"), **APPROVED),
        ImageGraph({"/images/vda.qcow2": Image(tags=("A", "B"), bitmaps=("daily", "it's"))}),
    ),
    Case(Code.ORPHAN_TAG, domain(), entry("A"), tags("A")),
    Case(Code.TAG_MISSING, INSIDE, declared("A (B)", current=Current("A"), **APPROVED), tags("B")),
    Case(
        Code.METADATA_FOREIGN,
        grown("start, mem A, ext B"),
        declared("B"),
        used("/images/vda.A.mem"),
    ),
    Case(Code.IMAGE_SHARED, CHAIN, declared("A"), used("/images/vda.A", Role.BACKING)),
    Case(Code.IMAGE_OPEN, domain(), entry("A"), used("/images/vda.qcow2", active=True)),
    Case(
        Code.IMAGE_WRITTEN,
        domain(),
        entry("A", disks=EXTERNAL),
        used("/images/vda.qcow2", writes=True),
    ),
    Case(Code.FILE_CLAIMED, domain(), entry("A", disks=EXTERNAL), claimed("/images/vda.A")),
    Case(Code.CHAIN_UNREAD, CHAIN, declared("A"), unread("/images/clone.qcow2")),
    Case(
        Code.METADATA_ELSEWHERE,
        LOST,
        replace(RESTORED, current=Current("A")),
        dumps={"A.xml": FAR},
    ),
    Case(Code.DUMP_WRONG, LOST, replace(RESTORED, current=Current("A"))),
    Case(Code.DUMP_CURRENT, domain(), RESTORED, dumps={"A.xml": OURS}),
    Case(Code.COPY_MISSING, CHAIN, changed(declared("A (B); C"), "C", clone_of="gone")),
    Case(Code.REPLACE_CHILDREN, INSIDE, declared("A ext (B)", **APPROVED)),
    Case(
        Code.PARENT_REFUSED,
        LOST,
        changed(declared("A (B)", current=Current("B")), "B", redefine_from="B.xml"),
        dumps={"B.xml": Dump(CHAIN.tree["B"], CHAIN.uuid)},
    ),
    Case(Code.PROTECTED, edited(INSIDE, "B", mark=PROTECTED), declared("A")),
    Case(Code.DELETE_LIMIT, grown("int A, int B, int C"), declared("A", limits=Limits(1))),
    Case(Code.EMPTIES_TREE, INSIDE, declared("")),
    Case(Code.APPROVAL_NEEDED, INSIDE, declared("A (B)", current=Current("A"))),
    Case(
        Code.CURRENT_DIFFERS,
        INSIDE,
        declared("A (B)", current=Current("A", revert=RevertWhen.NEVER)),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_refused(case: Case) -> None:
    assert case.code in case.codes()


def test_a_plan_that_ends_elsewhere_is_refused() -> None:
    """No declaration is known that leads here: the guard is against gaps in the planner itself."""
    wanted, now = declared("A (B)"), grown("int A")
    found = guard(Draft(now, FORKY), wanted, PlanBase(now, Host(HERE, FORKY))).refusals
    assert {each.code for each in found} == {Code.NOT_AS_DECLARED}


GUARDED: tuple[tuple[Code, Callable[[], None]], ...] = (
    (Code.NOT_AS_DECLARED, test_a_plan_that_ends_elsewhere_is_refused),
)
