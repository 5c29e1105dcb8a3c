"""The ownership mark as XML: one element of our own namespace in a domain's `<metadata>`."""

from copy import deepcopy

from reconcile.libvirt.xml.element import Element, child, namespaced
from reconcile.model.snapshot import Mark

NAMESPACE = "urn:libvirt-reconcile:mark:1"
_TAG = f"{{{NAMESPACE}}}mark"
_LABEL = f"{{{NAMESPACE}}}label"


def read(domain: Element | None, snapshot: str) -> Mark | None:
    """The mark of this very snapshot; None where there is none, or one that a revert inherited."""
    found = None if domain is None else domain.find(f"metadata/{_TAG}")
    if found is None or found.get("snapshot") != snapshot:
        return None
    labels = ((each.get("key", ""), each.text or "") for each in found.iterfind(_LABEL))
    return Mark(
        snapshot=snapshot,
        digest=found.get("digest", ""),
        revision=found.get("revision"),
        protect=found.get("protect") == "yes",
        labels=tuple(sorted(labels)),
    )


def write(domain: Element, mark: Mark | None) -> None:
    """Replace the mark, and nothing else, in the domain's metadata; None removes it."""
    _replace(domain, [] if mark is None else [_element(mark)])


def copy(source: Element | None, domain: Element) -> None:
    """Replace the mark of `domain` by that of `source`, unread; remove it where there is none."""
    found = [] if source is None else source.findall(f"metadata/{_TAG}")
    _replace(domain, [deepcopy(each) for each in found])


def _replace(domain: Element, marks: list[Element]) -> None:
    metadata = domain.find("metadata")
    if metadata is None:
        metadata = child(domain, "metadata")
    for old in metadata.findall(_TAG):
        metadata.remove(old)
    metadata.extend(marks)
    if len(metadata) == 0:
        domain.remove(metadata)


def _element(mark: Mark) -> Element:
    attributes = {"snapshot": mark.snapshot, "digest": mark.digest}
    attributes |= {"protect": "yes"} if mark.protect else {}
    attributes |= {"revision": mark.revision} if mark.revision else {}
    made = namespaced("reconcile", NAMESPACE, "mark", attributes)
    for key, value in mark.labels:
        child(made, _LABEL, {"key": key}, value)
    return made
