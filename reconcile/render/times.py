"""Points in time for people and for programs, from seconds since the epoch."""

from datetime import UTC, datetime

_UNITS = ((86_400 * 365, "y"), (86_400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def local_time(seconds: int) -> str:
    """A time in the local time zone with its offset, as virsh writes it; or the number."""
    try:
        return datetime.fromtimestamp(seconds, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S %z")
    except (ValueError, OverflowError, OSError):
        return str(seconds)


def utc_time(seconds: int) -> str | None:
    """A time in UTC as RFC 3339 has it; None where no such time can be written."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return None


def age(seconds: int) -> str:
    """A span of time in its largest unit, e.g. `3 d`."""
    for length, unit in _UNITS:
        if seconds >= length:
            return f"{seconds // length:,} {unit}"
    return "0 s"
