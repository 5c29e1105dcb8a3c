"""Leftovers in words, and the exact command that removes one by hand."""

from shlex import quote
from typing import assert_never

from reconcile.model.leftover import LeftFile, Leftover, LeftPaused, LeftStarted, LeftTag


def sentence(leftover: Leftover) -> str:
    """What it is."""
    match leftover:
        case LeftFile(path):
            return f"the file {path} of a cut-off create"
        case LeftTag(image, name):
            return f"the internal snapshot {name} in {image}, of a cut-off create"
        case LeftPaused():
            return "the pause of the guest, of a cut-off create"
        case LeftStarted():
            return "the paused guest that libvirt started for a merge"
    assert_never(leftover)


def removed(leftover: Leftover) -> str:
    """What was done about it."""
    match leftover:
        case LeftFile() | LeftTag():
            return f"removed {sentence(leftover)}"
        case LeftPaused():
            return "resumed the guest, which a cut-off create had paused"
        case LeftStarted():
            return "stopped the guest, which libvirt had started for a merge: it never ran"
    assert_never(leftover)


def command(leftover: Leftover, domain: str) -> str:
    """What removes it by hand."""
    match leftover:
        case LeftFile(path):
            return f"rm -- {quote(path)}"
        case LeftTag(image, name):
            return f"qemu-img snapshot -d {quote(name)} {quote(image)}"
        case LeftPaused():
            return f"virsh resume {quote(domain)}"
        case LeftStarted():
            return f"virsh destroy {quote(domain)}"
    assert_never(leftover)
