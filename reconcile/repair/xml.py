"""Edits of XML that bring libvirt's word on disks and their chains in line with the images."""

from collections.abc import Collection, Iterator

from reconcile.libvirt.xml.element import Element, attribute, child, element, parse, serialise
from reconcile.model.leftover import DiskMerge


def on_bases(definition: str, merges: tuple[DiskMerge, ...]) -> str:
    """A definition with each disk on its base, as before its overlay was started."""
    root = parse(definition)
    _rebase(root, merges)
    return serialise(root)


def without_backing(definition: str, images: Collection[str]) -> str:
    """A definition that names none of these images below its disks.

    libvirt writes chains down at a merge.
    """
    root = parse(definition)
    _leave_out(root, images)
    return serialise(root)


def _leave_out(root: Element, images: Collection[str]) -> None:
    for store in list(root.iter("backingStore")):
        above, below = store.getparent(), store.find("backingStore")
        if above is None or attribute(store, "source", "file") not in images:
            continue
        if below is None:
            above.remove(store)
        else:
            above.replace(store, below)


def names_image(dump: str, images: Collection[str]) -> bool:
    """Whether a snapshot's disks lie on one of these images, or on an image above one."""
    sources = (each for found in _definitions(parse(dump)) for each in found.iter("source"))
    return any(source.get("file") in images for source in sources)


def without_overlays(dump: str, merges: tuple[DiskMerge, ...]) -> str:
    """A full dump without the overlays that were merged into their bases, as libvirt edits it."""
    root = parse(dump)
    for found in _definitions(root):
        _rebase(found, merges)
    _leave_out(root, {merge.overlay for merge in merges})
    return serialise(root)


def _rebase(domain: Element, merges: tuple[DiskMerge, ...]) -> None:
    disks = {_target(disk): disk for disk in domain.iterfind("devices/disk")}
    for merge in merges:
        disk = disks.get(merge.target)
        if disk is not None and attribute(disk, "source", "file") == merge.overlay:
            _put_on(disk, merge)


def _put_on(disk: Element, merge: DiskMerge) -> None:
    for path in ("source", "backingStore", "mirror"):
        if (found := disk.find(path)) is not None:
            disk.remove(found)
    if (driver := disk.find("driver")) is not None:
        driver.set("type", merge.format)
    child(disk, "source", {"file": merge.base})


def _target(disk: Element) -> str | None:
    return attribute(disk, "target", "dev")


def overlay_request(target: str, file: str, others: tuple[str, ...]) -> str:
    """The XML that starts a new overlay on one disk alone, to be sent without metadata."""
    root = element("domainsnapshot")
    disks = child(root, "disks")
    disk = child(disks, "disk", {"name": target, "snapshot": "external"})
    child(disk, "source", {"file": file})
    for each in others:
        child(disks, "disk", {"name": each, "snapshot": "no"})
    return serialise(root)


def _definitions(root: Element) -> Iterator[Element]:
    """The active domain's definition in a dump, and the inactive one where it is another."""
    found = (root.find(path) for path in ("domain", "inactiveDomain"))
    return (each for each in found if each is not None)
