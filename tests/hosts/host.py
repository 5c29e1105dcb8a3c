"""A host of a scenario on the lab: its folder of images, its domains, and what is done to it."""

import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import libvirt

from tests.hosts.scenario import DomainSpec, Image, Scenario, disk
from tests.lab import storage
from tests.lab.daemon import Daemon
from tests.lab.domain import UNDEFINE_ALL, Domain, define

SECONDS: Final = 60
VIRSH: Final = '#!/bin/sh\nexec /usr/bin/virsh --connect "{uri}" "$@"\n'
TOOL: Final = """\
#!/bin/sh
exec {enter} sh -c 'cd "$0" && exec "$@"' "$PWD" /usr/bin/{tool} "$@"
"""
DEVICE: Final = re.compile(r"/dev/([\w.-]+\.(?:raw|img|qcow2))")


@dataclass(slots=True)
class Host:
    """All domains of a daemon, and the folder that holds their images."""

    daemon: Daemon
    folder: Path
    manifests: Path
    """Where manifests are, and dumps that they name."""
    domains: dict[str, Domain] = field(default_factory=dict)

    def make(self, scenario: Scenario) -> None:
        """Make the folder and a scenario's images, links and folders in it."""
        self.folder.mkdir()
        for image in scenario.images:
            _make(self, image)

    def define(self, scenario: Scenario) -> None:
        """Define a scenario's domains over its images, all off."""
        images = {image.name: image for image in scenario.images}
        for spec in scenario.domains:
            self.domains[spec.name] = _define(self, spec, images)

    def start(self, scenario: Scenario) -> None:
        """Start the domains that are not off."""
        for spec in scenario.domains:
            if spec.state != "shutoff":
                self.domains[spec.name].start(paused=spec.state == "paused")

    def text(self, words: str) -> str:
        """A scenario's words with the host's own paths."""
        return DEVICE.sub(self._device, words).replace("/images", str(self.folder))

    def _device(self, found: re.Match[str]) -> str:
        file = self.folder / found[1]
        return str(storage.loop_device(self.daemon, file)) if file.exists() else found[0]

    def shell(self, line: str) -> None:
        """Run a line in the folder, with virsh and the image tools of this daemon.

        `$POOL` is the pool of its volumes, `$MANIFESTS` the folder of the manifests.
        """
        path = f"{self._programs()}:{os.environ['PATH']}"
        names = {"POOL": self.folder.name, "MANIFESTS": str(self.manifests)}
        environ = {**os.environ, **names, "PATH": path, "LC_ALL": "C"}
        command = ("sh", "-ec", self.text(line))
        ran = subprocess.run(
            command,
            cwd=self.folder,
            env=environ,
            check=False,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        assert ran.returncode == 0, f"{line}: {ran.stderr or ran.stdout}"

    def metadata(self, name: str) -> list[str]:
        """All that libvirt keeps of a domain: its definition and its snapshots, with secrets."""
        with self.domains[name].handle() as handle:
            snapshots = sorted(handle.listAllSnapshots(), key=lambda each: str(each.getName()))
            current = [handle.snapshotCurrent().getName()] if handle.hasCurrentSnapshot() else []
            definition = handle.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE)
            return [definition, *(each.getXMLDesc(1) for each in snapshots), *current]

    def files(self) -> dict[str, bytes]:
        """What lies in the folder now; a link as what it leads to."""
        found = (path for path in self.folder.rglob("*") if path.is_file())
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in found}

    def states(self) -> dict[str, str]:
        """The state of each domain."""
        return {name: domain.state for name, domain in self.domains.items()}

    def starts(self, name: str) -> None:
        """Start a domain while all others are off, as far as its first instruction."""
        for domain in self.domains.values():
            if domain.state != "shutoff":
                domain.destroy()
        self.domains[name].start(paused=True)
        self.domains[name].destroy()

    def close(self) -> None:
        """Undefine all domains and remove the folder."""
        self.daemon.start()
        with self.daemon.connect() as connection:
            for domain in connection.listAllDomains():
                if domain.isActive():
                    domain.destroy()
                domain.undefineFlags(UNDEFINE_ALL)
        storage.release(self.daemon, self.folder)
        shutil.rmtree(self.folder)
        shutil.rmtree(self._programs())

    def _programs(self) -> Path:
        folder = self.folder.with_name(f"{self.folder.name}-programs")
        if not folder.exists():
            folder.mkdir()
            enter = " ".join(self.daemon.cell.enter(()))
            _program(folder / "virsh", VIRSH.format(uri=self.daemon.uri))
            for tool in ("qemu-img", "qemu-io"):
                _program(folder / tool, TOOL.format(enter=enter, tool=tool))
        return folder


def _make(host: Host, image: Image) -> None:
    path = host.folder / image.name
    if "link" in image.words:
        path.symlink_to(image.words["link"])
    elif "hard-link" in image.words:
        path.hardlink_to(host.folder / image.words["hard-link"])
    elif "folder" in image.words:
        path.mkdir()
    else:
        made = replace(disk(image, "vda", {}), backing=host.text(image.backing))
        if made.luks:
            storage.secret(host.daemon)
        storage.create_image(host.daemon, str(path), made)


def _define(host: Host, spec: DomainSpec, images: dict[str, Image]) -> Domain:
    disks = [
        disk(images[words["image"]] if "image" in words else None, target, words)
        for target, words in spec.disks.items()
    ]
    domain = define(host.daemon, spec.name, disks, folder=host.folder)
    if spec.devices:
        with domain.handle() as handle:
            root = ET.fromstring(handle.XMLDesc())  # noqa: S314 - libvirt wrote it
            devices = root.find("devices")
            assert devices is not None
            devices.extend(ET.fromstring(f"<devices>{spec.devices}</devices>"))  # noqa: S314 - ours
            with host.daemon.connect() as connection:
                connection.defineXML(ET.tostring(root, encoding="unicode"))
    return domain


def _program(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
    path.chmod(0o755)
