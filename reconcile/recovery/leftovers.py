"""Leftovers in words, and the exact command that removes one by hand."""

from shlex import quote

from reconcile.model.leftover import (
    LeftFile,
    Leftover,
    LeftPaused,
    LeftPointer,
    LeftStarted,
    LeftTag,
)
from reconcile.recovery import displaced


def sentence(leftover: Leftover) -> str:
    """What it is."""
    match leftover:
        case LeftFile(path):
            return f"the file {path}, which libvirt left behind,"
        case LeftTag():
            return _tag(leftover)
        case LeftPaused():
            return "the pause of the guest, of a cut-off create,"
        case LeftPointer(name):
            return f"the current pointer, which was at {name} and is lost,"
        case LeftStarted():
            return "the paused guest that libvirt started for a merge"
        case _:
            return displaced.sentence(leftover)


def _tag(left: LeftTag) -> str:
    if not left.read:
        return f"the internal snapshot {left.name}, if it still is in {left.image},"
    held = "which QEMU holds as long as it runs" if left.running else "which libvirt left behind"
    return f"the internal snapshot {left.name} in {left.image}, {held},"


def removed(leftover: Leftover) -> str:
    """What was done about it."""
    match leftover:
        case LeftFile() | LeftTag():
            return f"removed {sentence(leftover).rstrip(',')}"
        case LeftPaused():
            return "resumed the guest, which a cut-off create had paused"
        case LeftPointer(name):
            return f"made {name} the current snapshot again, as it was before the call"
        case LeftStarted():
            return "stopped the guest, which libvirt had started for a merge: it never ran"
        case _:
            return displaced.removed(leftover)


def command(leftover: Leftover, domain: str) -> str:
    """What removes it by hand."""
    match leftover:
        case LeftFile(path):
            return f"rm -- {quote(path)}"
        case LeftTag(image, name):
            return f"qemu-img snapshot -d {quote(name)} {quote(image)}"
        case LeftPaused():
            return f"virsh resume {quote(domain)}"
        case LeftPointer(name):
            return f"virsh snapshot-current {quote(domain)} {quote(name)}"
        case LeftStarted():
            return f"virsh destroy {quote(domain)}"
        case _:
            return displaced.command(leftover, domain)
