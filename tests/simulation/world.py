"""A host made of the rules: its domain, and the files, tags and processes that belong to it."""

from collections import Counter
from dataclasses import dataclass, field, replace

from reconcile.model.action import Action, Create, Delete, Revert
from reconcile.model.domain import Domain, DomainState
from reconcile.model.host import Capabilities
from reconcile.model.snapshot import Snapshot, SnapshotDisk
from tests.simulation.effects import files_made, images_tagged, tagged


@dataclass(slots=True)
class World:
    """The host as it really is, behind every connection to it."""

    domain: Domain
    capabilities: Capabilities
    process: int | None = None
    files: set[str] = field(default_factory=set)
    tags: set[tuple[str, str]] = field(default_factory=set)
    written: Counter[str] = field(default_factory=Counter)
    memory_of: dict[str, int | None] = field(default_factory=dict)
    running: "Call | None" = None
    began: "Call | None" = None
    _second: int = 1_700_000_000

    def __post_init__(self) -> None:
        if self.domain.active:
            self.process = 1
        for snapshot in self.domain.tree:
            self.files |= set(snapshot.files())
            self.tags |= {(image, snapshot.name) for image in tagged(snapshot)}

    def completed(self, call: "Call") -> None:
        """All of the call's effect, and its traces among files, tags and processes."""
        self.domain = self._real(call.after)
        self.running = self.began = None
        action = call.action
        match action:
            case Create():
                self.files |= files_made(action)
                images = images_tagged(action, call.before)
                self.tags |= {(image, action.snapshot) for image in images}
                self.memory_of[action.snapshot] = self.process
            case Delete(metadata_only=False):
                gone = call.before.tree[action.snapshot]
                self.tags -= {(image, gone.name) for image in tagged(gone)}
                self.files -= set(gone.files()) - used(self.domain)
            case Revert():
                if self.domain.active:
                    self.begin()
                else:
                    self.process = None
            case _:
                return

    def begin(self) -> None:
        """The guest has a new process."""
        self.process = 1 + (self.process or 0)

    def stop(self) -> None:
        """The guest is off."""
        self.domain = replace(self.domain, state=DomainState.SHUTOFF)
        self.process = None

    def _real(self, domain: Domain) -> Domain:
        self._second += 1
        return concrete(domain, self._second)


def concrete(domain: Domain, second: int) -> Domain:
    """The rules' stand-ins become names of this second, as libvirt gives them."""

    def real(path: str) -> str:
        if not path.endswith(">"):
            return path
        stem, _, number = path.rpartition(".<")
        return f"{stem}.{second}{number[:-1]}"

    def moved(disk: SnapshotDisk) -> SnapshotDisk:
        return disk if disk.file is None else replace(disk, file=real(disk.file))

    def entry(snapshot: Snapshot) -> Snapshot:
        return replace(
            snapshot,
            disks=tuple(map(moved, snapshot.disks)),
            revert_disks=tuple(map(moved, snapshot.revert_disks)),
            base=tuple((target, real(path)) for target, path in snapshot.base),
        )

    disks = tuple(replace(d, path=d.path and real(d.path)) for d in domain.disks)
    return replace(domain, disks=disks, tree=domain.tree.put(*map(entry, domain.tree)))


@dataclass(frozen=True, slots=True)
class Call:
    """A change that was asked for: what it is, from where, to where."""

    action: Action
    before: Domain
    after: Domain


def used(domain: Domain) -> set[str]:
    """Every file that a disk or a snapshot names."""
    files = {file for snapshot in domain.tree for file in snapshot.files()}
    return files | {disk.path for disk in domain.disks if disk.path}
