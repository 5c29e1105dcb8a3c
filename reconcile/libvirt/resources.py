"""What a host has beside files: networks, devices, secrets, machine types, CPU models."""

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Final, TypeVar, assert_never

import libvirt

from reconcile.errors import HostError
from reconcile.errors.libvirt_codes import LibvirtCode
from reconcile.libvirt.connection import Connection
from reconcile.libvirt.xml.capabilities import Guests, guests
from reconcile.libvirt.xml.node_device import usb_names
from reconcile.model.definition import Need, Requirement
from reconcile.model.fact import Fact

Result = TypeVar("Result")

GONE: Final = frozenset({LibvirtCode.NO_NETWORK, LibvirtCode.NO_NODE_DEVICE, LibvirtCode.NO_SECRET})
CANNOT_TELL: Final = frozenset({LibvirtCode.NO_SUPPORT, LibvirtCode.NO_CONNECT})
"""No driver for it in this daemon, or a modular daemon for it that does not run."""

MAC: Final = r"(_[0-9a-f]{2}){6}"


class HostResources:
    """One host's answers to whether something is there; what is listed is listed once.

    Every answer is UNKNOWN where the daemon has no driver that could tell. Raises HostError.
    """

    def __init__(self, host: Connection) -> None:
        self._host = host

    def has(self, needed: Requirement) -> Fact:
        """Whether the host has what a definition names beside files."""
        try:
            return Fact.of(self._answer(needed))
        except HostError as error:
            if error.code in GONE:
                return Fact.NO
            if error.code in CANNOT_TELL:
                return Fact.UNKNOWN
            raise

    def _answer(self, needed: Requirement) -> bool | None:  # noqa: C901 - one case for each kind
        handle, name = self._host.handle, needed.name
        match needed.need:
            case Need.NETWORK:
                found = self._asked(f"look up network {name}", handle.networkLookupByName, name)
                return bool(self._asked(f"look at network {name}", found.isActive))
            case Need.DEVICE:
                return any(re.fullmatch(f"{re.escape(name)}(_.+)?", it) for it in self._devices)
            case Need.HOST_INTERFACE:
                link = re.escape(re.sub("[^0-9A-Za-z]", "_", name))
                return any(re.fullmatch(f"net_{link}{MAC}", each) for each in self._devices)
            case Need.USB_DEVICE:
                return name in self._usb_devices
            case Need.SECRET:
                self._asked("look up a secret", handle.secretLookupByUUIDString, name)
                return True
            case Need.MACHINE | Need.DOMAIN_TYPE:
                return self._guests.knows(needed)
            case Need.CPU_MODEL:
                models = self._asked("list the CPU models", handle.getCPUModelNames, needed.arch)
                return name in models if models else None
            case Need.MEDIUM | Need.DISK | Need.FILE | Need.EMULATOR | Need.NVRAM:
                return None
        assert_never(needed.need)

    def _asked(self, what: str, call: Callable[..., Result], *arguments: object) -> Result:
        with self._host.call(what):
            return call(*arguments)

    @cached_property
    def _guests(self) -> Guests:
        return guests(self._asked("read the capabilities", self._host.handle.getCapabilities))

    @cached_property
    def _devices(self) -> tuple[str, ...]:
        """The names of all devices of the host. Raises HostError."""
        found = self._asked("list the host's devices", self._host.handle.listAllDevices, 0)
        return tuple(each.name() for each in found)

    @cached_property
    def _usb_devices(self) -> frozenset[str]:
        """The USB devices, each by its model and by its place. Raises HostError."""
        flag = libvirt.VIR_CONNECT_LIST_NODE_DEVICES_CAP_USB_DEV
        found = self._asked("list the USB devices", self._host.handle.listAllDevices, flag)
        return frozenset(name for each in found for name in self._usb_names(each))

    def _usb_names(self, device: libvirt.virNodeDevice) -> Iterator[str]:
        """Nothing of a device that is unplugged meanwhile. Raises HostError."""
        try:
            xml = self._asked("look at a USB device", device.XMLDesc, 0)
        except HostError as error:
            if error.code != LibvirtCode.NO_NODE_DEVICE:
                raise
            return
        yield from usb_names(xml)
