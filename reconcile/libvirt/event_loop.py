"""libvirt's event loop, in a thread of its own."""

from contextlib import suppress
from functools import cache
from threading import Thread

import libvirt


@cache
def start_event_loop() -> None:
    """Start the event loop, whose keepalives end the wait for a host that went away.

    Must run before the first connection is opened; the thread ends with the process.
    """
    libvirt.virEventRegisterDefaultImpl()
    Thread(target=_serve, name="libvirt-events", daemon=True).start()


def _serve() -> None:
    while True:
        with suppress(libvirt.libvirtError):
            libvirt.virEventRunDefaultImpl()
