"""The context of a call: what it began from, and what else its end is judged by beside evidence."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from reconcile.model.action import Action
from reconcile.model.domain import Domain
from reconcile.model.host import Capabilities
from reconcile.model.leftover import DiskMerge
from reconcile.recovery.footprint import CallFootprint, call_footprint


class MergeWinner(StrEnum):
    """The image of a cut-off merge that somebody has found to be the one the guest wrote last."""

    OVERLAY = "overlay"
    BASE = "base"


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a host showed just before a call; a journal keeps it.

    `paths`: the file that each disk lay on, by target; `process`: libvirt's number for the guest's
    process, None where the guest was off; `written`: the images that a merge writes to, with the
    time of their last change in nanoseconds, without those of which that cannot be seen;
    `beside`: the files that were named like the overlays that a revert will make; `identities`: the
    device and inode, as `DEVICE:INODE`, of each file that the call removes, as far as it was seen.
    """

    paths: tuple[tuple[str, str | None], ...] = ()
    process: int | None = None
    written: tuple[tuple[str, int], ...] = ()
    beside: tuple[str, ...] = ()
    identities: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CallContext:
    """A call: its action, the domain before it, what the rules predict after it, what it touches.

    `answered`: libvirt lived through it and said that it failed: what libvirt says of the disks
    holds. `succeeded`: libvirt said that it is done. `winner`: the image that somebody chose where
    nobody can know.
    """

    action: Action
    before: Domain
    after: Domain
    footprint: CallFootprint
    baseline: Baseline = field(default_factory=Baseline)
    answered: bool = False
    succeeded: bool = False
    winner: MergeWinner | None = None

    @classmethod
    def of(
        cls, action: Action, before: Domain, after: Domain, capabilities: Capabilities
    ) -> "CallContext":
        """The context of a call that is about to be made, with its footprint."""
        return cls(action, before, after, call_footprint(action, before, capabilities))

    def identity(self, path: str) -> str | None:
        """The identity of a file just before the call; None where the file was not seen."""
        return dict(self.baseline.identities).get(path)

    def makes(self, path: str) -> bool:
        """Whether the call makes this file, which was not there before it."""
        if path in self.footprint.created:
            return True
        is_revert = any(path.startswith(f"{stem}.") for stem in self.footprint.overlay_stems)
        return is_revert and path not in self.baseline.beside

    def bases(self, path: str) -> tuple[str, ...] | None:
        """The images of which one lies below an overlay of the call; None for no overlay."""
        footprint = self.footprint
        known = (*self.new_overlays, *footprint.active_merges, *footprint.inner_merges)
        found = tuple(merge.base for merge in known if merge.overlay == path)
        target = self.before.tree.get(self.action.snapshot)
        if target is not None and footprint.overlay_stems:
            found += tuple(base for _, base in target.base)
        return found or None

    @property
    def new_overlays(self) -> tuple[DiskMerge, ...]:
        """The overlays that a create starts, each on the file that its disk really lay on.

        The domain before the call may hold a stand-in of the rules for that file.
        """
        paths = dict(self.baseline.paths)
        return tuple(
            replace(each, base=paths.get(each.target) or each.base)
            for each in self.footprint.new_overlays
        )
