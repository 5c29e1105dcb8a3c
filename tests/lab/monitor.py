"""QEMU's own monitor, behind libvirt's back: what QEMU says, and what only QEMU can be told."""

import json
from collections.abc import Mapping
from typing import Any, Final

import libvirt
import libvirt_qemu

from tests.lab.domain import Domain
from tests.lab.errors import LabError

FOR_PEOPLE: Final = libvirt_qemu.VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP


def ask(domain: Domain, command: str, arguments: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401 - JSON
    """What QEMU returns for a command of its JSON protocol. Raises `LabError`."""
    asked = json.dumps({"execute": command, "arguments": arguments or {}})
    answer = json.loads(_command(domain, asked, 0))
    if "error" in answer:
        raise LabError(f"QEMU of domain {domain.name} refused {asked}: {answer['error']}")
    return answer["return"]


def say(domain: Domain, line: str) -> str:
    """What QEMU prints for a command of its monitor for people. Raises `LabError`."""
    return _command(domain, line, FOR_PEOPLE)


def device(domain: Domain, target: str) -> str:
    """QEMU's path of the device behind a target: unlike node names, the same in every chain.

    Raises `LabError` when QEMU has none.
    """
    alias = domain.disk(target).find("alias")
    name = "" if alias is None else alias.attrib["name"]
    for path in (str(block.get("qdev", "")) for block in ask(domain, "query-block")):
        if name in path.split("/"):
            return path
    raise LabError(f"QEMU of domain {domain.name} has no device {name!r} for disk {target}")


def _command(domain: Domain, text: str, flags: int) -> str:
    try:
        with domain.handle() as handle:
            return str(libvirt_qemu.qemuMonitorCommand(handle, text, flags))
    except libvirt.libvirtError as error:
        raise LabError(f"the monitor of domain {domain.name}: {error}") from error
