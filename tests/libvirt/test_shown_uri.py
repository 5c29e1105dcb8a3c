"""No password of a URI is shown, kept or lost with the rest of it."""

import pytest

from reconcile.libvirt.shown_uri import shown


@pytest.mark.parametrize(
    ("uri", "seen"),
    [
        ("qemu:///system", "qemu:///system"),
        ("qemu+ssh://root@kvm1:22/system?no_tty=1", "qemu+ssh://root@kvm1:22/system?no_tty=1"),
        ("esx://root:secret@esx1/?no_verify=1", "esx://root@esx1/?no_verify=1"),
        ("esx://root:se@cr:et@esx1/", "esx://root@esx1/"),
        ("esx://:secret@esx1/", "esx://@esx1/"),
        ("esx://esx1/?password=secret", "esx://esx1/?password=…"),
        ("esx://esx1/?a=b&Password=secret&c=d", "esx://esx1/?a=b&Password=…&c=d"),
        ("qemu+tcp://[fe80::1%25eth0]:16509/system", "qemu+tcp://[fe80::1%25eth0]:16509/system"),
        ("qemu+unix:///system?socket=/run/a:b@c", "qemu+unix:///system?socket=/run/a:b@c"),
        ("qemu://[", "qemu://["),
        ("lab", "lab"),
        ("", ""),
        (None, "libvirt's default host"),
    ],
)
def test_no_password_is_shown(uri: str | None, seen: str) -> None:
    assert shown(uri) == seen
