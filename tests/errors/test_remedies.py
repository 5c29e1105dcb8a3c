"""An error of libvirt names a remedy for its cause; the words are libvirt's own."""

import pytest

from reconcile.errors import HostError, LibvirtMessage
from reconcile.errors.libvirt_codes import LibvirtCode

SOCKET = "Failed to connect socket to '/run/libvirt/libvirt-sock': "
SYSTEM = LibvirtCode.SYSTEM_ERROR


def remedy(call: str, code: int, text: str) -> str:
    return HostError("qemu:///system", None, call, LibvirtMessage(code, text)).remedy


@pytest.mark.parametrize(
    ("code", "text", "said"),
    [
        (SYSTEM, SOCKET + "Permission denied", "the group `libvirt`"),
        (SYSTEM, SOCKET + "No such file or directory", "start it"),
        (SYSTEM, "unable to connect to server at 'h:16509': Connection refused", "nothing listens"),
        (SYSTEM, "Unable to resolve address 'h': Name or service not known", "the host's name"),
        (
            SYSTEM,
            (
                "Cannot recv data: ssh: Could not resolve hostname h: Name or service not known: "
                "Connection reset by peer"
            ),
            "the host's name",
        ),
        (SYSTEM, "Cannot recv data: Host key verification failed.", "accept the host's key"),
        (SYSTEM, "Cannot recv data: root@h: Permission denied (publickey).", "ssh-agent"),
        (SYSTEM, "Cannot read CA certificate '/etc/pki/CA/cacert.pem'", "certificates"),
        (SYSTEM, "something else", "its socket are right"),
        (
            LibvirtCode.AUTH_UNAVAILABLE,
            (
                "authentication unavailable: no polkit agent available to authenticate action "
                "'org.libvirt.unix.manage'"
            ),
            "polkit",
        ),
        (LibvirtCode.AUTH_CANCELLED, "authentication cancelled: user cancelled", "polkit"),
        (LibvirtCode.NO_CONNECT, "no connection driver available for vbox:///", "the URI"),
        (LibvirtCode.INTERNAL_ERROR, "Unable to parse URI ::::", "the URI"),
    ],
)
def test_a_host_that_is_not_reached(code: int, text: str, said: str) -> None:
    assert said in remedy("connect", code, text)


@pytest.mark.parametrize(
    ("code", "text", "said"),
    [
        (
            LibvirtCode.NO_SUPPORT,
            "this function is not supported by the connection driver: virDomainListAllSnapshots",
            "QEMU and KVM",
        ),
        (
            LibvirtCode.CONFIG_UNSUPPORTED,
            "external snapshot file for disk vda already exists and is not a block device: /d/a.b",
            "remove that file on the host",
        ),
        (
            SYSTEM,
            "Cannot access storage file '/d/a.iso': No such file or directory",
            "put that file back",
        ),
        (SYSTEM, "Cannot access storage file '/d/a': Permission denied", "libvirt's own user"),
        (SYSTEM, "something else", "libvirtd's log"),
        (LibvirtCode.INTERNAL_ERROR, "An error occurred", "libvirtd's log"),
    ],
)
def test_a_call_that_failed(code: int, text: str, said: str) -> None:
    assert said in remedy("create a snapshot", code, text)


def test_what_libvirt_says_in_several_lines_is_one_sentence() -> None:
    """QEMU's own lines come along in some of its messages, as the last words of a guest."""
    said = LibvirtMessage(SYSTEM, "process exited:\n2026-01-01: qemu: cannot open\tdisk\n")
    error = HostError("qemu:///system", "web01", "revert to base", said)
    assert error.message == (
        "qemu:///system: web01: revert to base: process exited: 2026-01-01: qemu: cannot open disk"
    )
