"""A tree as libvirt's metadata: the XML of each snapshot, given to libvirt as a redefine."""

from xml.sax.saxutils import escape, quoteattr

import libvirt

from reconcile.libvirt.xml import mark as mark_xml
from reconcile.libvirt.xml.element import parse, serialise
from reconcile.model.snapshot import DiskKind, MemoryKind, Snapshot, SnapshotDisk
from reconcile.model.tree import Tree
from tests.lab.domain import Domain

REDEFINE = libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE
CURRENT = libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT
FORGET = libvirt.VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY


def redefine(domain: Domain, tree: Tree) -> set[str]:
    """Give libvirt the tree, parents first; the names it took, nothing below a refused one."""
    taken: set[str] = set()
    with domain.handle() as handle:
        definition = handle.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE)
        for snapshot in tree.topological():
            if snapshot.parent is not None and snapshot.parent not in taken:
                continue
            flags = REDEFINE | (CURRENT if tree.current == snapshot.name else 0)
            try:
                handle.snapshotCreateXML(_xml(snapshot, definition), flags)
            except libvirt.libvirtError:  # names that this libvirt does not take
                continue
            taken.add(snapshot.name)
    return taken


def forget(domain: Domain) -> None:
    """Have libvirt forget every snapshot."""
    with domain.handle() as handle:
        for each in handle.listAllSnapshots():
            each.delete(FORGET)


def _xml(snapshot: Snapshot, definition: str) -> str:
    parent = snapshot.parent
    above = "" if parent is None else f"<parent><name>{escape(parent)}</name></parent>"
    return f"""
<domainsnapshot>
  <name>{escape(snapshot.name)}</name>
  <description>{escape(snapshot.description)}</description>
  <state>{snapshot.state}</state>
  {above}
  <creationTime>{snapshot.created}</creationTime>
  {_memory(snapshot)}
  <disks>{"".join(map(_disk, snapshot.disks))}</disks>
  {_marked(snapshot, definition)}
</domainsnapshot>"""


def _memory(snapshot: Snapshot) -> str:
    kind = "no" if snapshot.memory.kind is MemoryKind.NONE else snapshot.memory.kind
    file = f" file={quoteattr(snapshot.memory.file)}" if snapshot.memory.file else ""
    return f"<memory snapshot='{kind}'{file}/>"


def _disk(disk: SnapshotDisk) -> str:
    kind = "no" if disk.kind is DiskKind.NONE else disk.kind
    below = f"<source file={quoteattr(disk.file)}/>" if disk.file else ""
    return f"<disk name='{disk.target}' snapshot='{kind}'>{below}</disk>"


def _marked(snapshot: Snapshot, definition: str) -> str:
    root = parse(definition)
    mark_xml.write(root, snapshot.mark)
    return serialise(root)
