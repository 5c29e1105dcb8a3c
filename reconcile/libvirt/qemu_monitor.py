"""Commands for the QEMU of an active domain, handed through by libvirt."""

import json
from typing import Any

import libvirt_qemu

from reconcile.errors import LibvirtMessage
from reconcile.errors.libvirt_codes import LibvirtCode
from reconcile.libvirt.domain import DomainHandle

Json = dict[str, Any]


def monitor_command(domain: DomainHandle, command: str, arguments: Json | None = None) -> Any:  # noqa: ANN401 - JSON
    """QEMU's own answer to a command. libvirt marks the domain as tainted by any such command.

    Raises HostError, with QEMU's own words where QEMU refuses.
    """
    what = f"ask QEMU to {command}"
    request = {"execute": command, **({"arguments": arguments} if arguments else {})}
    with domain.call(what, changes=True):
        text = libvirt_qemu.qemuMonitorCommand(domain.handle, json.dumps(request), 0)
    answer = json.loads(text)
    if "error" in answer:
        reason = LibvirtMessage(LibvirtCode.OPERATION_FAILED, str(answer["error"].get("desc")))
        raise domain.error(what, reason)
    return answer["return"]
