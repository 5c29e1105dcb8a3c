"""The closed list of hazards that an action can carry (design §5)."""

from enum import StrEnum


class Hazard(StrEnum):
    """A risk of an action; some of them need an approval."""

    DELETES_DATA = "deletes-data"
    MERGES_DISKS = "merges-disks"
    DISCARDS_GUEST_STATE = "discards-guest-state"
    CHANGES_RUN_STATE = "changes-run-state"
    CHANGES_DISK_PATH = "changes-disk-path"
    REPLACES_SNAPSHOT = "replaces-snapshot"
    DROPS_METADATA = "drops-metadata"
    DELETES_UNOWNED = "deletes-unowned"
    FORCES_REVERT = "forces-revert"
    MOVES_POINTER_ONLY = "moves-pointer-only"

    @property
    def needs_approval(self) -> bool:
        """Whether review must accept the hazard, by `allow:` or `--allow`."""
        return self in NEED_APPROVAL


NEED_APPROVAL = frozenset(
    {
        Hazard.DISCARDS_GUEST_STATE,
        Hazard.REPLACES_SNAPSHOT,
        Hazard.DROPS_METADATA,
        Hazard.DELETES_UNOWNED,
        Hazard.FORCES_REVERT,
        Hazard.MOVES_POINTER_ONLY,
    }
)
