"""Trap 16: a redefine with an ordinary dump erases the display's password from the snapshot.

Ordinary dumps hide it, and what is missing in a redefine is dropped. Every release.
"""

import libvirt
import pytest

from tests.harness.command import reconcile
from tests.traps.guest import Guest

VNC = "<graphics type='vnc' port='5999' autoport='no' passwd='letmein'/>"


@pytest.fixture
def displayed(guest: Guest) -> Guest:
    """A domain with a password on its display, and a snapshot of it."""
    with guest.daemon.connect() as connection:
        xml = connection.lookupByName(guest.domain.name).XMLDesc(0)
        connection.defineXML(xml.replace("</devices>", f"{VNC}</devices>"))
    guest.internal("I")
    assert "letmein" in guest.dump("I")
    return guest


def test_trap_16_erased_password_naive(displayed: Guest) -> None:
    displayed.redefine(displayed.dump("I", 0))
    assert "letmein" not in displayed.dump("I")
    displayed.revert("I")
    with displayed.domain.handle() as handle:
        assert "letmein" not in handle.XMLDesc(libvirt.VIR_DOMAIN_XML_SECURE)


def test_trap_16_erased_password_is_kept_and_never_shown(displayed: Guest) -> None:
    entry = {"name": "I", "description": "new"}
    displayed.tool.apply(add=[entry])
    assert "<description>new" in displayed.dump("I")
    assert "letmein" in displayed.dump("I")
    displayed.tool.plan(add=[{**entry, "description": "newer"}])
    for form in ("text", "json", "markdown"):
        words = ("-v", "plan", "--show-xml", "--format", form, str(displayed.tool.manifest))
        shown = reconcile(*words, uri=displayed.daemon.uri)
        assert "letmein" not in shown.out + shown.err
