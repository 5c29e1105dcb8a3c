"""The time and the state in which each snapshot was taken, as comments for a manifest.

Only facts that stay as they are: a comment that changes by itself would be a change in git.
"""

from datetime import UTC, datetime

from reconcile.model.domain import Domain
from reconcile.model.snapshot import Snapshot, SnapshotState

_STATES = {
    SnapshotState.RUNNING: "running",
    SnapshotState.PAUSED: "paused",
    SnapshotState.SHUTOFF: "shut off",
    SnapshotState.DISK_SNAPSHOT: "running, its disks alone",
    SnapshotState.OTHER: "in another state",
}


def comments(domain: Domain) -> dict[str, str]:
    """A line for each snapshot, by its name."""
    return {each.name: _comment(each) for each in domain.tree}


def _comment(snapshot: Snapshot) -> str:
    return f"taken {_time(snapshot.created)}, {_STATES[snapshot.state]}"


def _time(seconds: int) -> str:
    """To the minute, in UTC: the same wherever it is imported."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (ValueError, OverflowError, OSError):
        return f"{seconds} s after 1970"
