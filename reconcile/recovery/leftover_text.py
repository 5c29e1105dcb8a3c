"""Words for leftovers, and the exact command that removes one by hand."""

from shlex import quote

from reconcile.model.leftover import (
    IncompleteSnapshot,
    Leftover,
    LeftoverFile,
    LeftoverTag,
    LostCurrent,
    PausedGuest,
    StartedGuest,
)
from reconcile.recovery import repair_text


def sentence(leftover: Leftover) -> str:
    """The leftover as the subject of a sentence, with a comma behind a subordinate clause."""
    match leftover:
        case LeftoverFile(path):
            return f"the file {path}, which libvirt left behind,"
        case LeftoverTag():
            return _tag(leftover)
        case PausedGuest():
            return "the pause of the guest, of a cut-off create,"
        case LostCurrent(name):
            return f"the current pointer, which was at {name} and is lost,"
        case StartedGuest():
            return "the paused guest that libvirt started for a merge"
        case IncompleteSnapshot(name):
            return f"the snapshot {name} without all of its data"
        case _:
            return repair_text.sentence(leftover)


def _tag(left: LeftoverTag) -> str:
    if not left.read:
        return f"the internal snapshot {left.name}, if it still is in {left.image},"
    held = "which QEMU holds as long as it runs" if left.running else "which libvirt left behind"
    return f"the internal snapshot {left.name} in {left.image}, {held},"


def removed(leftover: Leftover) -> str:
    """The words for a leftover that was removed, e.g. "removed the file /x"."""
    match leftover:
        case LeftoverFile() | LeftoverTag():
            return f"removed {sentence(leftover).rstrip(',')}"
        case PausedGuest():
            return "resumed the guest, which a cut-off create had paused"
        case LostCurrent(name):
            return f"made {name} the current snapshot again, as it was before the call"
        case StartedGuest():
            return "stopped the guest, which libvirt had started for a merge: it never ran"
        case IncompleteSnapshot(name):
            return f"deleted the snapshot {name} of a cut-off create: it lacked some of its data"
        case _:
            return repair_text.removed(leftover)


def command(leftover: Leftover, domain: str) -> str:
    """The command that removes the leftover by hand."""
    match leftover:
        case LeftoverFile(path):
            return f"rm -- {quote(path)}"
        case LeftoverTag(image, name):
            return f"qemu-img snapshot -d {quote(name)} {quote(image)}"
        case PausedGuest():
            return f"virsh resume {quote(domain)}"
        case LostCurrent(name):
            return f"virsh snapshot-current {quote(domain)} {quote(name)}"
        case StartedGuest():
            return f"virsh destroy {quote(domain)}"
        case IncompleteSnapshot(name):
            return f"virsh snapshot-delete {quote(domain)} {quote(name)}"
        case _:
            return repair_text.command(leftover, domain)
