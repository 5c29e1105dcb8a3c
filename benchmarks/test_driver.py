"""Files of a host of libvirt's test driver: it needs no daemon and forgets with its process."""

from pathlib import Path
from typing import Final

NAMESPACE: Final = 'xmlns:test="http://libvirt.org/schemas/domain/test/1.0"'
DOMAIN: Final = """\
  <domain type="test" {namespace}>
    <name>vm{number}</name>
    <uuid>00000000-0000-4000-8000-{number:012d}</uuid>
    <memory>65536</memory>
    <os><type arch="x86_64">hvm</type></os>
    <devices>
      <disk type="file" device="disk">
        <driver name="qemu" type="qcow2"/>
        <source file="/images/vm{number}.qcow2"/>
        <target dev="vda" bus="virtio"/>
      </disk>
    </devices>
    <test:runstate>5</test:runstate>
  </domain>
"""


def host(folder: Path, domains: int) -> str:
    """A host of domains that are off and have no snapshot; the URI of its file."""
    parts = (DOMAIN.format(namespace=NAMESPACE, number=number) for number in range(domains))
    path = folder.absolute() / "host.xml"
    path.write_text(f"<node {NAMESPACE}>\n{''.join(parts)}</node>\n")
    return f"test://{path}"


def manifest(folder: Path, snapshots: int) -> Path:
    """A chain of snapshots for all of its domains."""
    path = folder / "fleet.yaml"
    entries = (
        f"  - {{name: s{number}, parent: {f's{number - 1}' if number else 'null'}}}\n"
        for number in range(snapshots)
    )
    head = "apiVersion: reconcile/v1\ndomains: ['vm*']\nsnapshots:\n"
    path.write_text(head + "".join(entries).replace(", parent: null", ""))
    return path
