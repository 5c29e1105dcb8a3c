"""A finding: what is wrong or wasteful on a host, or will be refused later, with a way out."""

from dataclasses import dataclass
from enum import StrEnum


class FindingCode(StrEnum):
    """The stable code of a finding; `docs/findings.md` explains each.

    A code that a refusal has, too, is of the same cause.
    """

    OVERLAY_GONE = "overlay-gone"
    CHAIN_DIFFERS = "chain-differs"
    DATA_GONE = "data-gone"
    DATA_OVERWRITTEN = "data-overwritten"
    DATA_DIFFERS = "data-differs"
    MEMORY_GONE = "memory-gone"
    CHAIN_DEEP = "chain-deep"
    SNAPSHOT_OLD = "snapshot-old"
    NO_CURRENT = "no-current"
    DELETE_IN_PROGRESS = "delete-in-progress"
    EXTERNAL_INTERNAL_PARENT = "external-internal-parent"
    REVERT_EXTERNAL = "revert-external"
    MANAGED_SAVE = "managed-save"
    CHECKPOINTS = "checkpoints"
    BLOCK_JOB = "block-job"
    FIRMWARE_NVRAM = "firmware-nvram"
    DISK_EXCLUDED = "disk-excluded"
    DEVICE_UNMIGRATABLE = "device-unmigratable"
    IMAGE_SHARED = "image-shared"
    CHAIN_UNREAD = "chain-unread"
    TAG_UNKNOWN = "tag-unknown"
    OVERLAY_UNKNOWN = "overlay-unknown"
    MEMORY_UNKNOWN = "memory-unknown"
    APPLY_UNFINISHED = "apply-unfinished"
    QEMU_IMG_MISSING = "qemu-img-missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: its code, what is so in one sentence, and what to do about it.

    `subject` is the snapshot, disk or file that it is about, named before the sentence; "" where
    the sentence is about the whole domain or host.
    """

    code: FindingCode
    subject: str
    message: str
    way: str

    def __str__(self) -> str:
        subject = f"{self.subject}: " if self.subject else ""
        return f"{subject}{self.message}: {self.way} [{self.code}]"
