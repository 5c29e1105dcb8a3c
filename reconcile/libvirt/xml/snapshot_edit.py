"""`<domainsnapshot>` edited for a redefine: what reconcile owns changes, all else stays."""

from reconcile.errors import HostXmlError
from reconcile.libvirt.xml import mark as mark_xml
from reconcile.libvirt.xml import source
from reconcile.libvirt.xml.element import (
    Element,
    attribute,
    child,
    element,
    parse,
    serialise,
    text_of,
)
from reconcile.model.action import Redefine
from reconcile.model.snapshot import Mark
from reconcile.model.source import Source


def edited(dump: str, action: Redefine) -> str:
    """A full dump with name, description, parent and mark as in the action, all else as it was.

    The dump must hold the secrets: libvirt erases what is missing in a redefine, so that a display
    would come back without its password (9.0.0, 11.3.0, 12.8.0).
    """
    root, domain = _parsed(dump, action.snapshot)
    _set_name(root, action.snapshot)
    _set_description(root, action.description)
    _set_parent(root, action.parent)
    mark_xml.write(domain, action.mark)
    return serialise(root)


def marked(dump: str, mark: Mark) -> str:
    """A full dump with our mark, all else as it was: also the parent, which libvirt chose.

    Somebody may have taken a snapshot a moment earlier. Moving our snapshot beside that one would
    let libvirt take it for a leaf, and delete the overlay that ours lies on (9.9 and newer).
    """
    root, domain = _parsed(dump, mark.snapshot)
    mark_xml.write(domain, mark)
    return serialise(root)


def restored(dump: str, saved: str) -> str:
    """A full dump with what reconcile owns as in `saved`, an earlier dump of the same snapshot.

    `saved` holds no secrets, so all else comes from the dump of now.
    """
    old = parse(saved)
    name = text_of(old, "name") or ""
    root, domain = _parsed(dump, name)
    _set_name(root, name)
    _set_description(root, text_of(old, "description") or "")
    _set_parent(root, text_of(old, "parent/name"))
    mark_xml.copy(old.find("domain"), domain)
    return serialise(root)


def _parsed(dump: str, name: str) -> tuple[Element, Element]:
    """A full dump as libvirt takes it back, and the domain definition in it."""
    root = parse(dump)
    domain = root.find("domain")
    if domain is None:
        raise HostXmlError(f"the metadata of {name} holds no domain definition")
    _leave_out_empty(root, domain)
    return root, domain


def _leave_out_empty(root: Element, domain: Element) -> None:
    """Without the drives that hold no medium, which libvirt adds to its dump by itself.

    It refuses a dump that names an empty floppy drive beside internal disks (9.0.0 to 12.8.0).
    """
    found = ((attribute(d, "target", "dev"), d) for d in domain.iterfind("devices/disk"))
    empty = {target for target, disk in found if source.kind(disk) is Source.NONE}
    for disks in root.findall("disks"):
        for disk in disks.findall("disk[@snapshot='no']"):
            if disk.get("name") in empty:
                disks.remove(disk)


def _set_name(root: Element, name: str) -> None:
    found = root.find("name")
    if found is None:
        raise HostXmlError(f"the metadata of {name} has no name")
    found.text = name


def _set_description(root: Element, description: str) -> None:
    found = root.find("description")
    if found is not None:
        root.remove(found)
    if description:
        root.insert(1, element("description", text=description))


def _set_parent(root: Element, parent: str | None) -> None:
    found = root.find("parent")
    if found is not None:
        root.remove(found)
    if parent is not None:
        child(child(root, "parent"), "name", text=parent)
