"""Whatever way leads to a host, it is one host: by what the server says of itself."""

import getpass
from pathlib import Path

import pytest

from reconcile.libvirt.connection import Connection
from reconcile.libvirt.host_id import host_id
from reconcile.model.identity import HostId
from tests.lab.daemon import Daemon

SYSTEM = """<capabilities><host><uuid>4dea</uuid><secmodel><model>none</model></secmodel>
<secmodel><model>dac</model></secmodel></host></capabilities>"""
SESSION = """<capabilities><host><uuid>4dea</uuid><secmodel><model>none</model></secmodel>
</host></capabilities>"""


def known(said_uri: str, capabilities: str = SYSTEM, hostname: str = "kvm1") -> HostId:
    return host_id("as it is shown", said_uri, "QEMU", hostname, capabilities)


@pytest.mark.parametrize(
    "uri",
    [
        "qemu:///system",
        "qemu+unix:///system?socket=/tmp/forwarded",
        "qemu+ssh://root@kvm1.example.org/system",
        "qemu+tls://10.0.0.1:16514/system",
        "remote+unix:///?socket=/run/libvirt/libvirt-sock",
    ],
)
def test_every_way_to_a_host_is_one_host(uri: str) -> None:
    assert known(uri) == HostId("qemu/system@kvm1", "another way", "4dea")


def test_hosts_of_one_name_are_told_apart_by_their_uuid() -> None:
    other = SYSTEM.replace("4dea", "92ab")
    assert known("qemu:///system") != known("qemu:///system", other)


@pytest.mark.parametrize(
    ("uri", "server"),
    [
        ("qemu+ssh://alice@kvm1/session", "qemu/session@kvm1 (alice)"),
        ("qemu+ssh://bob@kvm1/session", "qemu/session@kvm1 (bob)"),
        ("qemu:///session", f"qemu/session@kvm1 ({getpass.getuser()})"),
        ("remote+unix:///", f"qemu/session@kvm1 ({getpass.getuser()})"),
    ],
)
def test_a_session_is_its_users(uri: str, server: str) -> None:
    assert known(uri, SESSION).server == server


def test_a_session_is_that_of_its_sockets_owner(tmp_path: Path) -> None:
    socket = tmp_path / "sock"
    socket.touch()
    found = known(f"qemu+unix:///session?socket={socket}", SESSION)
    assert found.server == f"qemu/session@kvm1 ({socket.owner()})"


def test_the_test_driver_is_its_file(tmp_path: Path) -> None:
    file, link = tmp_path / "host.xml", tmp_path / "link.xml"
    file.touch()
    link.symlink_to(file)
    empty = "<capabilities/>"
    found = {host_id("x", f"test://{each}", "TEST", "here", empty) for each in (file, link)}
    assert found == {HostId(f"test:{file.resolve()}", "x")}
    assert host_id("x", "test:///default", "TEST", "here", empty).server == "test:/default"


def test_a_daemon_is_one_host_by_every_way(lab: Daemon, tmp_path: Path) -> None:
    socket = lab.uri.partition("socket=")[2]
    link = tmp_path / "sock"
    link.symlink_to(socket)
    ways = (
        *(lab.uri, f"{lab.uri}-ro", f"qemu+unix:///system?socket={link}"),
        *(f"qemu:/system?socket={socket}", f"remote+unix:///?socket={socket}"),
    )
    found: set[HostId] = set()
    for uri in ways:
        with Connection(uri, readonly=True) as host:
            found.add(host.id)
            assert all(each.host == host.id for each in host.domains())
    assert len(found) == 1
