"""What a host shows after a call: gathered by `execute.gather`, judged by `recovery.judge`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconcile.model.domain import Domain
from reconcile.model.fact import Fact
from reconcile.model.frozen import FrozenMapping


@dataclass(frozen=True, slots=True)
class Evidence:
    """The facts of a host after a call: the domain, the guest's process, files and tags.

    `process`: libvirt's number for it, None where the guest is off. `files`: whether each file of
    the call's footprint is there. `tags`: the tags in each image that could be read; `unread`: the
    images of this machine that could not. `written` and `beside`: as in `Baseline`.

    Looked at where a call may have moved disks only: `chains`, the images that QEMU itself has in
    each disk, the one that it writes to first, and of a guest that is off those that the images
    name; `lost_jobs`, the disks on which libvirt believes in a block job that QEMU does not know;
    `held`, whether some process has an image open though the guest is off; `differing`, whether an
    overlay reads otherwise than the base it is merged into.
    """

    domain: Domain
    process: int | None = None
    files: Mapping[str, Fact] = field(default_factory=FrozenMapping)
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=FrozenMapping)
    unread: tuple[str, ...] = ()
    chains: Mapping[str, tuple[str, ...]] = field(default_factory=FrozenMapping)
    lost_jobs: tuple[str, ...] = ()
    held: Mapping[str, Fact] = field(default_factory=FrozenMapping)
    differing: Mapping[str, Fact] = field(default_factory=FrozenMapping)
    written: tuple[tuple[str, int], ...] = ()
    beside: tuple[str, ...] = ()

    def writes(self, target: str) -> str | None:
        """The file that QEMU writes the disk to; None where QEMU was not asked."""
        return next(iter(self.chains.get(target, ())), None)

    def file(self, path: str) -> Fact:
        """Whether a file of the footprint is there; UNKNOWN where nobody looked."""
        return self.files.get(path, Fact.UNKNOWN)
