"""Further situations of refusals: each way out that the other tables have no case for."""

from dataclasses import dataclass, field, replace

from reconcile.model.desired import Capture, Current, DesiredTree, RevertWhen
from reconcile.model.domain import Disk, Domain
from reconcile.model.fact import Fact
from reconcile.model.hazard import NEED_APPROVAL
from reconcile.model.host import Capabilities, Dump, Host
from reconcile.model.images import Image, ImageGraph
from reconcile.model.snapshot import DiskKind, Memory, MemoryKind
from reconcile.model.source import Source
from reconcile.rules.refusals import Code
from tests.harness.identity import HERE
from tests.plan.declarations import declaration
from tests.plan.test_refused_plans import CHAIN, FAR, LOST, PROTECTED, changed, entry, used
from tests.properties.wishes import marked
from tests.rules.cases import RUNNING, edited, kind, pointing
from tests.rules.notation import FORKY, OWN, action, declared, disk, domain, grown
from tests.rules.test_health import (
    ACTIVE_GONE,
    FLATTENED,
    MERGED,
    REBASED_PAST,
    ROOT,
    SOUND,
    TOP,
    on,
    told_alone,
    with_top,
)
from tests.rules.test_health import CHAIN as BASE_TUNED

OFF, ON = domain(), domain(state=RUNNING)
IN, OUT = DiskKind.INTERNAL, DiskKind.EXTERNAL
MEMORY = Memory(MemoryKind.EXTERNAL)
FROZEN = Capture(quiesce=True)
DEEP = replace(disk(), backing=("/images/below.qcow2",) * 199)
NETWORK = Disk("vdb", None, Source.NETWORK, "raw")
TRANSIENT = domain(disk(), replace(disk("vdb"), transient=True), state=RUNNING)
ALONE = replace(
    edited(
        edited(grown("start, mem A, int B"), "A", disks=()),
        "B",
        base=(("vda", "/images/vda.qcow2"),),
    ),
    disks=OFF.disks,
)
NEAR = Memory(MemoryKind.EXTERNAL, "/images/a.mem")
LEFT = grown("start, ext A, mem B, revert A, ext C")


@dataclass(frozen=True, slots=True)
class More:
    """A code, the declaration whose plan holds it, and what is known of the host."""

    code: Code
    observed: Domain
    desired: DesiredTree
    images: ImageGraph = field(default_factory=ImageGraph)
    capabilities: Capabilities = FORKY
    dumps: dict[str, Dump] = field(default_factory=dict)

    @property
    def host(self) -> Host:
        return Host(HERE, self.capabilities, self.images, self.dumps)


def asked(now: Domain, words: str, **facts: object) -> DesiredTree:
    """The declaration for one word of the notation, with other keys of the new entry."""
    verb, name, *rest = words.split()
    wanted = declaration(now, action(now, verb, name, *rest))
    return changed(wanted, name, **facts) if facts else wanted


def approved(tree: DesiredTree, **options: object) -> DesiredTree:
    """The tree with all hazards approved."""
    return replace(tree, allow=NEED_APPROVAL, **options)  # type: ignore[arg-type] # a tree's own fields


def protected(now: Domain, name: str) -> Domain:
    """The domain with a snapshot that only `protect: false` lets go."""
    return edited(now, name, mark=replace(PROTECTED, snapshot=name))  # type: ignore[type-var] # it has a mark


def with_below(first: Disk) -> Domain:
    """A domain with one snapshot, which lies on a long chain."""
    now = grown("ext A", domain(disk()))
    return replace(now, disks=(replace(now.disks[0], backing=first.backing),), state=RUNNING)


def chain(images: ImageGraph, now: Domain, words: str, host: Capabilities = FORKY) -> More:
    """A chain that somebody changed by hand, and a call that depends on it."""
    codes = {"chain-differs", "overlay-gone", "data-lost", "data-differs"}
    code = words.partition(": ")[0]
    assert code in codes
    seen = marked(now)
    return More(Code(code), seen, asked(seen, words.partition(": ")[2]), images, host)


REPARENTED = edited(CHAIN, "B", parent=None)
GOLDEN = grown("ext root, ext golden")
INSIDE = grown("int root, int golden")

MORE = [
    More(
        Code.PARENT_NOT_CURRENT,
        grown("int A, int B"),
        approved(declared("A (B) (C)"), current=Current("B", RevertWhen.NEVER)),
    ),
    More(Code.PARENT_NOT_CURRENT, grown("int A"), approved(declared("A; B"))),
    More(Code.CHAIN_TOO_DEEP, with_below(DEEP), asked(with_below(DEEP), "ext B")),
    More(Code.QUIESCE, ON, asked(ON, "int A", capture=FROZEN, disks=None, memory=None)),
    More(
        Code.DISK_TRANSIENT,
        TRANSIENT,
        asked(TRANSIENT, "mem A vda", disks=(kind("vda", OUT), kind("vdb", DiskKind.NONE))),
    ),
    More(
        Code.DISK_NETWORK_OFFLINE,
        domain(disk(), NETWORK),
        entry("A", disks=(kind("vda", IN), kind("vdb", OUT))),
    ),
    More(
        Code.DEVICE_UNMIGRATABLE,
        replace(ON, unmigratable=("a PCI host device",)),
        entry("A"),
    ),
    More(Code.TREE_MISPLACED, REPARENTED, asked(REPARENTED, "ext C")),
    More(
        Code.FILE_MISSING,
        OFF,
        entry("A", disks=(kind("vda", OUT),), capture=Capture(reuse_files=True)),
        ImageGraph({"/images/vda.A": Image(exists=Fact.NO)}),
    ),
    More(Code.METADATA_FOREIGN, LEFT, asked(LEFT, "delete B"), used("/images/vda.B.mem")),
    More(
        Code.METADATA_FOREIGN,
        LOST,
        approved(entry("A", redefine_from="A.xml"), current=Current("A")),
        used("/images/a.mem"),
        dumps={"A.xml": replace(FAR, snapshot=replace(FAR.snapshot, memory=NEAR))},
    ),
    More(
        Code.METADATA_ELSEWHERE,
        edited(LEFT, "B", memory=Memory(MemoryKind.EXTERNAL, "/far/b.mem")),
        asked(LEFT, "delete B"),
    ),
    More(
        Code.CHECKPOINTS,
        replace(ON, checkpoints=("daily", "hourly")),
        entry("A"),
    ),
    More(
        Code.COPY_INTERNAL,
        INSIDE,
        changed(declared("root (gold)"), "gold", renamed_from="golden"),
    ),
    More(Code.COPY_ELSEWHERE, CHAIN, changed(declared("A (B (C))"), "C", clone_of="A")),
    More(
        Code.DUMP_WRONG,
        grown("ext A"),
        changed(declared("A; B"), "B", redefine_from="B.xml"),
        dumps={"B.xml": Dump(CHAIN.tree["B"], CHAIN.uuid)},
    ),
    More(
        Code.DUMP_WRONG,
        grown("ext A"),
        changed(declared("A (B)"), "B", redefine_from="B.xml"),
        dumps={"B.xml": Dump(replace(CHAIN.tree["B"], parent=None), CHAIN.uuid)},
    ),
    More(Code.NO_CURRENT, pointing(ALONE, None), asked(ALONE, "delete A")),
    More(Code.PROTECTED, protected(GOLDEN, "golden"), declared("root (golden-2)")),
    More(Code.PROTECTED, protected(INSIDE, "golden"), declared("root (golden-2)")),
    More(
        Code.PROTECTED,
        protected(INSIDE, "golden"),
        approved(declared("root (golden ext)")),
    ),
    chain(SOUND, told_alone(), "chain-differs: delete tuned"),
    chain(with_top(), on(TOP), "chain-differs: delete tuned"),
    chain(with_top(), on(TOP), "chain-differs: revert tuned"),
    chain(FLATTENED, BASE_TUNED, "chain-differs: ext new"),
    chain(FLATTENED, BASE_TUNED, "chain-differs: delete base"),
    chain(REBASED_PAST, BASE_TUNED, "data-differs: revert base"),
    chain(MERGED, on(ROOT), "data-lost: delete tuned"),
    chain(MERGED, on(ROOT), "data-lost: revert base"),
    chain(ACTIVE_GONE, BASE_TUNED, "overlay-gone: ext new"),
    chain(ACTIVE_GONE, BASE_TUNED, "overlay-gone: ext new", OWN),
    chain(ACTIVE_GONE, BASE_TUNED, "overlay-gone: delete tuned", OWN),
]
