"""Which journals are about a domain, by whatever way its host was reached then and is now."""

import pytest

from reconcile.journal.records import Begun
from reconcile.journal.same_host import is_same
from reconcile.model.identity import DomainId, HostId
from tests.harness.identity import web

UUID = web().uuid


def begun(version: int) -> Begun:
    """A journal that was begun on kvm1."""
    return Begun(version, "0.1.0", "", 1, "kvm1.example.org", "root")


def domain(server: str, uri: str, uuid: str | None = None) -> DomainId:
    return DomainId(HostId(server, uri, uuid), UUID, "web01")


HERE = domain("qemu/system@kvm1", "qemu:///system")
SSH = domain("qemu/system@kvm1", "qemu+ssh://kvm1/system")
OTHER = domain("qemu/system@kvm2", "qemu+ssh://kvm2/system")


@pytest.mark.parametrize(
    ("uri", "now", "same"),
    [
        ("qemu:///system", HERE, True),
        ("qemu:/system", HERE, True),
        ("qemu+unix:///system?socket=/run/libvirt/libvirt-sock", HERE, True),
        ("qemu:///system", SSH, True),
        ("qemu+ssh://root@KVM1.example.org/system", SSH, True),
        ("qemu+tls://kvm1:16514/system", HERE, True),
        ("qemu+tcp://10.0.0.1/system", OTHER, True),
        ("qemu+tcp://[fe80::1%25eth0]/system", OTHER, True),
        ("lab", OTHER, True),
        ("qemu://[", OTHER, True),
        ("qemu+unix:///system?socket=/tmp/forwarded", OTHER, True),
        ("qemu:///system", OTHER, False),
        ("qemu+ssh://kvm1/system", OTHER, False),
        ("test:///default", HERE, False),
        ("test:///srv/host.xml", domain("test:/srv/host.xml", "test:///srv/host.xml"), True),
    ],
)
def test_format_1_knew_a_host_by_its_uri(uri: str, now: DomainId, *, same: bool) -> None:
    planned = DomainId(HostId(uri, uri), UUID, "web01")
    assert is_same(planned, begun(1), now) is same
    assert not is_same(DomainId(HostId(uri, uri), web(2).uuid, "web01"), begun(1), now)


@pytest.mark.parametrize(
    ("planned", "now", "same"),
    [
        (HERE, SSH, True),
        (HERE, OTHER, False),
        (domain("qemu/system@old", "x", "4dea"), domain("qemu/system@new", "x", "4dea"), True),
        (domain("qemu/system@old", "x", "4dea"), domain("qemu/system@old", "x", "92ab"), True),
        (domain("qemu/system@old", "x"), domain("qemu/system@new", "x"), False),
    ],
)
def test_later_ones_know_it_by_what_the_server_says(
    planned: DomainId, now: DomainId, *, same: bool
) -> None:
    assert is_same(planned, begun(2), now) is same
