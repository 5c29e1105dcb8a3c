"""The ownership mark as XML: one element of our own namespace in a domain's `<metadata>`.

Format 2 adds `fields` and `<applied>` to format 1, which had no `version`. A reader of format 1
takes a mark of format 2 for one of its own, without both. Hashes of a later format say nothing.
"""

import re
from copy import deepcopy

from reconcile.libvirt.xml.element import Element, child, namespaced
from reconcile.model.snapshot import Applied, Mark

NAMESPACE = "urn:libvirt-reconcile:mark:1"
_TAG = f"{{{NAMESPACE}}}mark"
_LABEL = f"{{{NAMESPACE}}}label"
_APPLIED = f"{{{NAMESPACE}}}applied"
_VERSION = "2"
_HASH = re.compile(r"[0-9a-f]{8}\Z")
_FIELD = re.compile(r"([A-Za-z0-9_:.-]+)=([0-9a-f]{8})\Z")
_SERIAL = re.compile(r"[0-9]{1,9}\Z")


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
        fields=_fields(found),
        applied=_applied(found),
    )


def _fields(found: Element) -> tuple[tuple[str, str], ...]:
    """The hashes by key path; whatever else somebody wrote there is left out."""
    if found.get("version") != _VERSION:
        return ()
    parts = map(_FIELD.match, (found.get("fields") or "").split())
    return tuple(sorted((part[1], part[2]) for part in parts if part))


def _applied(found: Element) -> Applied | None:
    """What was applied; None where somebody changed it so that it cannot be read."""
    each = found.find(_APPLIED)
    if each is None or found.get("version") != _VERSION:
        return None
    serial, current = each.get("serial") or "", each.get("current")
    names = (each.text or "").split()
    known = all(map(_HASH.match, (*names, *([] if current is None else [current]))))
    if not known or not _SERIAL.match(serial):
        return None
    return Applied(int(serial), tuple(names), current)


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
    attributes = {"version": _VERSION} if mark.fields or mark.applied else {}
    attributes |= {"snapshot": mark.snapshot, "digest": mark.digest}
    attributes |= {"protect": "yes"} if mark.protect else {}
    attributes |= {"revision": mark.revision} if mark.revision else {}
    fields = " ".join(f"{key}={value}" for key, value in mark.fields)
    attributes |= {"fields": fields} if fields else {}
    made = namespaced("reconcile", NAMESPACE, "mark", attributes)
    for key, value in mark.labels:
        child(made, _LABEL, {"key": key}, value)
    if mark.applied is not None:
        _add_applied(made, mark.applied)
    return made


def _add_applied(made: Element, applied: Applied) -> None:
    current = {} if applied.current is None else {"current": applied.current}
    attributes = {"serial": str(applied.serial), **current}
    child(made, _APPLIED, attributes, " ".join(applied.names))
