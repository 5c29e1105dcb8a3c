"""Findings about what lies on a host and belongs to no snapshot, put into words."""

from collections.abc import Iterable, Iterator

from reconcile.model.finding import Finding, FindingCode
from reconcile.model.images import ImageUse
from reconcile.model.leftover import UnknownFile, UnknownMemory, UnknownOverlay


def unknown_file(found: UnknownFile) -> Finding:
    """The finding about a file beside a host's images that nobody names."""
    match found:
        case UnknownOverlay(path, base):
            return Finding(
                FindingCode.OVERLAY_UNKNOWN,
                path,
                f"it lies on {base}, and no domain or snapshot of this host names it",
                "remove it if nobody uses it (another host may); whatever writes to the image "
                "below changes what it holds",
            )
        case UnknownMemory(path, _):
            return Finding(
                FindingCode.MEMORY_UNKNOWN,
                path,
                "it is a memory image that no snapshot names",
                "remove it if nobody will restore it (`virsh restore`)",
            )


def unread_chains(unread: Iterable[tuple[str, ImageUse]]) -> Iterator[Finding]:
    """Findings about images whose backing chain could not be read from here."""
    for path, use in dict(unread).items():
        yield Finding(
            FindingCode.CHAIN_UNREAD,
            path,
            f"{use.user} lies on it, and what lies below it cannot be read: deletes and reverts of "
            "other domains are refused",
            "let this user read it, or give that domain an image of its own",
        )


def no_qemu_img() -> Finding:
    """The finding about a machine that has no `qemu-img`."""
    return Finding(
        FindingCode.QEMU_IMG_MISSING,
        "",
        "there is no `qemu-img` on this machine: nothing can be read of any image",
        "install QEMU's tools (Debian: `apt install qemu-utils`; Fedora: `dnf install qemu-img`)",
    )
