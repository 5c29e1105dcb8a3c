"""A guest with a real kernel, a real file system and a real agent, for what needs all three.

Above domains: any domain of the lab becomes one by `boot`, which gives it a kernel, an agent's
channel and a console before it starts. It is up in a few seconds without KVM. Its first disk holds
an ext4 on /data that the guest writes to only when told to sync; /run is in its memory alone.
"""

import base64
import json
import shutil
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from tests.lab import guest_build
from tests.lab.disk import Disk
from tests.lab.domain import Domain
from tests.lab.errors import LabError
from tests.lab.guest_build import INITRAMFS, KERNEL

MEMORY_MIB: Final = 192
DISK: Final = Disk(mib=16)
"""A disk with room for the guest's file system."""
CHANNEL: Final = "org.qemu.guest_agent.0"
BOOT_SECONDS: Final = 120
ANSWER_SECONDS: Final = 30
POLL_SECONDS: Final = 0.1
CONSOLE: Final = "console.log"
CONSOLE_LINES: Final = 25
COMMAND_LINE: Final = "console=ttyS0 quiet panic=-1"
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Guest:
    """What runs in a domain, spoken to through its agent."""

    domain: Domain

    @property
    def connected(self) -> bool:
        """Whether libvirt says that the agent has its end of the channel open."""
        with self.domain.handle() as handle:
            found = _root(handle.XMLDesc()).find(f"devices/channel/target[@name='{CHANNEL}']")
        return found is not None and found.get("state") == "connected"

    @property
    def frozen(self) -> bool:
        """Whether the guest's file systems are frozen, as its agent says."""
        return bool(self.ask("guest-fsfreeze-status") != "thawed")

    @property
    def freezes(self) -> list[str]:
        """What the agent has done to the file systems since boot: `freeze`, `thaw`..."""
        return self.shell("cat /run/freezes 2>/dev/null || true").split()

    def shell(self, command: str) -> str:
        """Run a command in the guest; its output. Raises `LabError` with what it said."""
        words = {"path": "/bin/sh", "arg": ["-c", command], "capture-output": True}
        pid = self.ask("guest-exec", **words)["pid"]
        ended = self._ended(command, pid)
        said = base64.b64decode(ended.get("out-data", "")).decode()
        if ended.get("exitcode"):
            error = base64.b64decode(ended.get("err-data", "")).decode()
            raise LabError(f"{command!r} in the guest ended with {ended['exitcode']}: {error}")
        return said

    def stop_agent(self) -> None:
        """End the agent and wait until libvirt knows."""
        # Later, since the agent has to answer this very command first.
        words = {"path": "/bin/sh", "arg": ["-c", "sleep 0.5; kill $(cat /run/qemu-ga.pid)"]}
        self.ask("guest-exec", **words)
        self._until(lambda: not self.connected, "still has its agent", ANSWER_SECONDS)

    def wait(self, seconds: float = BOOT_SECONDS) -> None:
        """Wait until the agent answers. Raises `LabError` with the end of the console."""
        self._until(lambda: self.connected and self._answers(), "has no agent", seconds)

    def ask(self, command: str, **arguments: object) -> Any:  # noqa: ANN401 - JSON of any kind
        """Send the agent one command; what it returns. Raises `LabError`."""
        request = json.dumps({"execute": command, "arguments": arguments})
        timeout = ("--timeout", str(ANSWER_SECONDS))
        name = self.domain.name
        answer = self.domain.daemon.virsh("qemu-agent-command", *timeout, name, request)
        return json.loads(answer)["return"]

    def _answers(self) -> bool:
        try:
            self.ask("guest-ping")
        except LabError:
            return False
        return True

    def _ended(self, command: str, pid: int) -> dict[str, Any]:
        def status() -> dict[str, Any] | None:
            found: dict[str, Any] = self.ask("guest-exec-status", pid=pid)
            return found if found["exited"] else None

        return self._until(status, f"does not end {command!r}", ANSWER_SECONDS)

    def _until(self, found: Callable[[], Found | None], what: str, seconds: float) -> Found:
        """What `found` gives as soon as it is true. Raises `LabError` with the console's end."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if result := found():
                return result
            time.sleep(POLL_SECONDS)
        console = self.domain.folder / CONSOLE
        said = console.read_text(encoding="utf-8", errors="replace") if console.exists() else ""
        tail = "\n".join(said.splitlines()[-CONSOLE_LINES:])
        raise LabError(f"the guest of {self.domain.name} {what} after {seconds} s:\n{tail}")


def boot(domain: Domain) -> Guest:
    """Start a domain with the guest in it and wait for its agent. Raises `LabError`.

    The domain needs `MEMORY_MIB` of memory and a first disk like `DISK`.
    """
    if not guest_build.is_built():
        raise LabError("the lab has no guest, or an old one; as root run python -m tests.lab build")
    add_channel(domain)
    _prepare(domain)
    domain.start()
    guest = Guest(domain)
    guest.wait()
    return guest


def add_channel(domain: Domain) -> None:
    """Give a domain that is off a channel for an agent, whether or not one will be there."""
    with _definition(domain) as root:
        devices = _child(root, "devices")
        channel = ET.SubElement(devices, "channel", type="unix")
        ET.SubElement(channel, "target", type="virtio", name=CHANNEL)


def _prepare(domain: Domain) -> None:
    parts = _parts(domain.daemon.data)
    with _definition(domain) as root:
        system = _child(root, "os")
        ET.SubElement(system, "kernel").text = str(parts / KERNEL)
        ET.SubElement(system, "initrd").text = str(parts / INITRAMFS)
        ET.SubElement(system, "cmdline").text = COMMAND_LINE
        serial = ET.SubElement(_child(root, "devices"), "serial", type="file")
        ET.SubElement(serial, "source", path=str(domain.folder / CONSOLE), append="on")


@contextmanager
def _definition(domain: Domain) -> Iterator[ET.Element]:
    """The definition of a domain, to be changed; defined anew at the end."""
    with domain.daemon.connect() as connection:
        root = _root(connection.lookupByName(domain.name).XMLDesc())
        yield root
        connection.defineXML(ET.tostring(root, encoding="unicode"))


def _parts(data: Path) -> Path:
    """The guest's files where the daemon can read them, copied once."""
    folder = data / "guest"
    if not folder.exists():
        shutil.copytree(guest_build.folder(), folder)
    return folder


def _root(xml: str) -> ET.Element:
    return ET.fromstring(xml)  # noqa: S314 - libvirt wrote it


def _child(root: ET.Element, name: str) -> ET.Element:
    found = root.find(name)
    if found is None:
        raise LabError(f"the domain's definition has no {name}")
    return found
