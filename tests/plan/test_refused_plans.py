"""Every refusal that only a whole plan can give: of files, of copies, of what is allowed."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from reconcile.diff.tree import compare
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
from reconcile.model.frozen import FrozenMapping
from reconcile.model.hazard import NEED_APPROVAL
from reconcile.model.host import Dump, Files, Host
from reconcile.model.snapshot import DiskKind, Memory, MemoryKind, SnapshotDisk
from reconcile.plan.draft import Draft
from reconcile.plan.guards import guard
from reconcile.plan.planner import plan_domain
from reconcile.plan.preconditions import PlanBase
from reconcile.rules.refusals import Code
from tests.harness.identity import HERE
from tests.rules.cases import edited
from tests.rules.notation import FORKY, PLACE, declared, domain, grown

NO_FILES = Files()
RUNNING = grown("start")
MEMORY = Memory(MemoryKind.EXTERNAL)


@dataclass(frozen=True, slots=True)
class Case:
    """A declaration for a domain, and a code that its plan must hold."""

    code: Code
    observed: Domain
    desired: DesiredTree
    files: Files = field(default_factory=Files)

    def codes(self) -> set[str]:
        host = Host(HERE, FORKY, self.files)
        return {each.code for each in plan_domain(self.desired, self.observed, host).refusals}

    def __str__(self) -> str:
        return str(self.code)


def entry(name: str, **fields: object) -> DesiredTree:
    """A tree of one entry."""
    one = replace(DesiredSnapshot(name, None, PLACE), **fields)  # type: ignore[arg-type] # its own fields
    return replace(declared(""), snapshots=(one,))


def exists(path: str, answer: bool | None) -> Files:
    return replace(NO_FILES, exists={path: answer})


def tags(*names: str) -> Files:
    return replace(NO_FILES, tags={"/images/vda.qcow2": names})


def dumps(**found: Dump) -> Files:
    return replace(NO_FILES, dumps=FrozenMapping(found))


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

CASES = [
    Case(Code.CAPTURE_STATE, domain(), entry("A", capture=Capture(when=When.RUNNING))),
    Case(
        Code.FILE_EXISTS, domain(), entry("A", disks=EXTERNAL), exists("/images/vda.A", answer=True)
    ),
    Case(
        Code.FILE_IN_USE,
        domain(),
        entry("A", disks=EXTERNAL),
        replace(NO_FILES, used={"/images/vda.A": "disk vda of domain db01"}),
    ),
    Case(
        Code.FILE_UNSEEN,
        RUNNING,
        entry("A", memory=MEMORY),
        exists("/images/vda.A.mem", answer=None),
    ),
    Case(Code.FILE_ELSEWHERE, domain(), entry("A", disks=ELSEWHERE)),
    Case(
        Code.FILE_MISSING,
        CHAIN,
        declared("A (B)", current=Current("A"), **APPROVED),
        exists("/images/vda.qcow2", answer=False),
    ),
    Case(Code.ORPHAN_TAG, domain(), entry("A"), tags("A")),
    Case(Code.TAG_MISSING, INSIDE, declared("A (B)", current=Current("A"), **APPROVED), tags("B")),
    Case(
        Code.METADATA_FOREIGN,
        CHAIN,
        declared("A"),
        replace(NO_FILES, foreign={"/images/vda.B": "disk vda of domain db01"}),
    ),
    Case(
        Code.METADATA_ELSEWHERE,
        LOST,
        replace(RESTORED, current=Current("A")),
        dumps(**{"A.xml": FAR}),
    ),
    Case(Code.DUMP_WRONG, LOST, replace(RESTORED, current=Current("A"))),
    Case(Code.DUMP_CURRENT, domain(), RESTORED, dumps(**{"A.xml": OURS})),
    Case(Code.COPY_MISSING, CHAIN, changed(declared("A (B); C"), "C", clone_of="gone")),
    Case(Code.REPLACE_CHILDREN, INSIDE, declared("A ext (B)", **APPROVED)),
    Case(Code.PARENT_REFUSED, domain(), declared(".odd (below)")),
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
    draft, difference = Draft(now, FORKY), compare(wanted, now)
    found = guard(draft, wanted, difference, PlanBase(now, NO_FILES)).refusals
    assert {each.code for each in found} == {Code.NOT_AS_DECLARED}


GUARDED: tuple[tuple[Code, Callable[[], None]], ...] = (
    (Code.NOT_AS_DECLARED, test_a_plan_that_ends_elsewhere_is_refused),
)
