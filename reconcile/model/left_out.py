"""What of a host's snapshots no manifest can declare."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One value of a snapshot by its key; with an empty key, the snapshot itself."""

    snapshot: str
    key: str
    why: str
