"""One snapshot with everything that a look at its host tells of it, beside what the rules say."""

from dataclasses import dataclass
from enum import StrEnum

from reconcile.model.domain import Domain
from reconcile.model.fact import Fact
from reconcile.model.identity import DomainId
from reconcile.model.snapshot import Snapshot


class FileRole(StrEnum):
    """What a snapshot has a file for.

    `data`: the image is its data, as it was then. `tag`: its data lies in a tag inside the image.
    `overlay`: what was written since it was taken, or since the last revert to it. `memory`: the
    guest's memory.
    """

    DATA = "data"
    TAG = "tag"
    OVERLAY = "overlay"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True)
class SnapshotFile:
    """A file that a snapshot's metadata names. `disk` is a target, None for memory.

    `size` is in bytes as allocated on the host; None where the file is gone or cannot be seen.
    """

    role: FileRole
    disk: str | None
    path: str
    exists: Fact
    size: int | None


@dataclass(frozen=True, slots=True)
class ShownSnapshot:
    """A snapshot of a domain, its state in libvirt's own word, and its files.

    `domain` holds what the host's images were found to say. `metadata`: libvirt keeps metadata.
    """

    id: DomainId
    domain: Domain
    snapshot: Snapshot
    state: str
    metadata: bool
    files: tuple[SnapshotFile, ...]
