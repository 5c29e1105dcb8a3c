"""What a call that was cut off can leave on a host, beside what it was meant to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LeftFile:
    """A file that the call began: an overlay without metadata, or a part of a memory image."""

    path: str


@dataclass(frozen=True, slots=True)
class LeftTag:
    """An internal snapshot in an image that libvirt does not know."""

    image: str
    name: str


@dataclass(frozen=True, slots=True)
class LeftPaused:
    """A guest that was running and is paused since."""


@dataclass(frozen=True, slots=True)
class LeftStarted:
    """A guest that was off, started by libvirt for a merge and left paused: it never ran."""


Leftover = LeftFile | LeftTag | LeftPaused | LeftStarted
