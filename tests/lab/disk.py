"""A disk of the lab's domains: on what it lies, what image that is, and how libvirt is told of it.

A plain value with its XML; `storage` makes what it lies on, `domain` gives it to a domain.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

DISK_MIB: Final = 8
BUSES: Final = {"vd": "virtio", "hd": "ide", "sd": "sata", "fd": "fdc"}
SECRET: Final = "5ec4e7ab-0000-4000-8000-000000000001"  # noqa: S105 - the UUID of libvirt's secret
ENCRYPTION: Final = (
    f"<encryption format='luks'><secret type='passphrase' uuid='{SECRET}'/></encryption>"
)

Kind = Literal["file", "block", "volume", "nbd"]


@dataclass(frozen=True, slots=True)
class Disk:
    """A disk to give to a domain; the target tells its bus: vda virtio, hda IDE, sda SATA."""

    target: str = "vda"
    format: Literal["qcow2", "raw"] = "qcow2"
    mib: int = DISK_MIB
    device: Literal["disk", "cdrom", "floppy"] = "disk"
    read_only: bool = False
    empty: bool = False
    """A drive without a medium."""
    kind: Kind = "file"
    """On what it lies: the image file itself, a loop device over it, a pool's volume, an export."""
    file: str = ""
    """Its image, absolute or in the domain's folder; named after the target if not given."""
    backing: str = ""
    """The image below, as the new image's header names it: absolute, or relative to the image."""
    backing_format: Literal["", "qcow2", "raw"] = ""
    """The format of the image below; as its name says if not given."""
    luks: bool = False
    """Whether the image is encrypted."""
    data_file: bool = False
    """Whether the qcow2 image keeps the data in a raw file beside it."""
    shareable: bool = False
    transient: bool = False
    startup_policy: Literal["", "mandatory", "requisite", "optional"] = ""

    @property
    def file_name(self) -> str:
        """The name of its image, absolute or in the domain's folder."""
        return self.file or f"{self.target}.{self.format}"

    def xml(self, source: "Source | None") -> str:
        """libvirt's element for it; `source` is what it lies on, None for an empty drive."""
        flags = {
            "readonly": self.read_only or self.device == "cdrom",
            "shareable": self.shareable,
            "transient": self.transient,
        }
        return f"""
    <disk type='{KINDS[self.kind]}' device='{self.device}'>
      <driver name='qemu' type='{self.format}'/>{self._source(source)}
      <target dev='{self.target}' bus='{BUSES[self.target[:2]]}'/>
      {"".join(f"<{flag}/>" for flag, is_set in flags.items() if is_set)}
    </disk>"""

    def _source(self, source: "Source | None") -> str:
        if source is None:
            return ""
        policy = f" startupPolicy='{self.startup_policy}'" if self.startup_policy else ""
        return (
            f"<source {source.attributes}{policy}>{source.child}{ENCRYPTION * self.luks}</source>"
        )


KINDS: Final[dict[Kind, str]] = {
    "file": "file",
    "block": "block",
    "volume": "volume",
    "nbd": "network",
}
"""libvirt's word for each kind."""
VDA: Final = Disk()


@dataclass(frozen=True, slots=True)
class Source:
    """What `<source>` says of a place where an image lies."""

    attributes: str
    child: str = ""


def file_source(path: Path) -> Source:
    return Source(f"file='{path}'")


def block_source(device: Path) -> Source:
    return Source(f"dev='{device}'")


def volume_source(pool: str, volume: str) -> Source:
    return Source(f"pool='{pool}' volume='{volume}'")


def nbd_source(export: str, socket: Path) -> Source:
    return Source(f"protocol='nbd' name='{export}'", f"<host transport='unix' socket='{socket}'/>")
