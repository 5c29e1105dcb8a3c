"""What a call began from, what the host shows after it, and what can have come of it: values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from reconcile.model.action import Action, Create
from reconcile.model.domain import Domain
from reconcile.model.frozen import FrozenMapping
from reconcile.model.leftover import Leftover


class MergeWinner(StrEnum):
    """Which image of a cut-off merge somebody has found to be the one that the guest wrote last."""

    OVERLAY = "overlay"
    BASE = "base"


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a call began from: the files that the disks lay on, and the guest's process.

    `written` are the images that a merge writes to, with the time of their last change in
    nanoseconds; empty where that cannot be seen from here. `beside` are the files that are named
    like the overlays that a revert will make.
    """

    paths: tuple[tuple[str, str | None], ...] = ()
    process: int | None = None
    written: tuple[tuple[str, int], ...] = ()
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CallContext:
    """A call: its action, the domain before it, what the rules predict after it.

    `answered`: libvirt lived through it and said that it failed: what it says of the disks holds.
    `keep`: what somebody decided where nobody can know.
    """

    action: Action
    before: Domain
    after: Domain
    seen: Baseline
    answered: bool = False
    keep: MergeWinner | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the host shows: the domain, the guest's process, files and tags the call may have left.

    `tags` has an entry for each image that could be read; `unread` are those of this machine that
    could not. The rest is looked at for a merge only: `chains` are the images that QEMU itself has
    in each disk, the one that it writes to first; `lost_jobs` are the disks on which libvirt
    believes in a block job that QEMU does not know; `held` are images in use though the guest is
    off; `differing` are overlays that do not read as the base they are merged into;
    `written` and `beside` are as in `Baseline`.
    """

    domain: Domain
    process: int | None = None
    files: frozenset[str] = frozenset()
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=FrozenMapping)
    unread: tuple[str, ...] = ()
    chains: Mapping[str, tuple[str, ...]] = field(default_factory=FrozenMapping)
    lost_jobs: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    differing: frozenset[str] = frozenset()
    written: tuple[tuple[str, int], ...] = ()
    beside: tuple[str, ...] = ()

    def writes(self, target: str) -> str | None:
        """The file that QEMU writes the disk to, where it was asked."""
        return next(iter(self.chains.get(target, ())), None)


@dataclass(frozen=True, slots=True)
class Done:
    """All of it happened; what should be gone with it and is not, is left."""

    left: tuple[Leftover, ...] = ()


@dataclass(frozen=True, slots=True)
class NotDone:
    """Nothing of it counts; without the leftovers, the host is as before."""

    left: tuple[Leftover, ...] = ()


@dataclass(frozen=True, slots=True)
class Completable:
    """The data is there: with the leftovers gone and the snapshot marked, it is done."""

    unmarked: Create | None
    left: tuple[Leftover, ...] = ()


@dataclass(frozen=True, slots=True)
class Halfway:
    """No way back: after the leftovers are put right, the same call finishes it."""

    notes: tuple[str, ...]
    left: tuple[Leftover, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangedByOthers:
    """The call alone does not explain what the host shows: somebody else was there."""

    notes: tuple[str, ...]
    left: tuple[Leftover, ...] = ()


@dataclass(frozen=True, slots=True)
class Undecided:
    """Nothing may be done before somebody does what the notes say."""

    notes: tuple[str, ...]


Verdict = Done | NotDone | Completable | Halfway | ChangedByOthers | Undecided
