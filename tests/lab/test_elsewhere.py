"""Daemons with other files under this machine's paths, and ways that do not say where they lead."""

from contextlib import AbstractContextManager
from typing import Any, Protocol

import libvirt
import pytest

from tests.lab import content, skips
from tests.lab.daemon import Daemon
from tests.lab.disk import Disk
from tests.lab.domain import define
from tests.lab.elsewhere import HOSTNAME, IDLE, another_machine, apart, forwarded, over_tcp

NAMESPACES = skips.needs_root("it has namespaces")


class Way(Protocol):
    """A way to a daemon."""

    def __call__(self, daemon: Daemon) -> AbstractContextManager[str]: ...


@NAMESPACES
def test_a_daemon_apart_writes_to_its_own_files(lone_daemon: Daemon) -> None:
    domain = define(lone_daemon, "a", [Disk(mib=1)])
    content.write(domain, "vda", 0x11)
    path = domain.source("vda")
    there = apart(lone_daemon).there(path)
    before = path.read_bytes()
    content.write(domain, "vda", 0x22)
    assert content.read_pattern(lone_daemon, path) == 0x22
    assert path.read_bytes() == before != there.read_bytes()
    domain.start()
    content.write(domain, "vda", 0x33)
    assert path.read_bytes() == before


@NAMESPACES
def test_another_machine_says_its_own_name_and_its_own_kernel(lone_daemon: Daemon) -> None:
    another_machine(lone_daemon)
    with lone_daemon.connect() as connection:
        assert connection.getHostname() == HOSTNAME
        # The bindings declare the type of what they return wrongly.
        found: Any = connection.getCPUStats(libvirt.VIR_NODE_CPU_STATS_ALL_CPUS, 0)
    assert found["idle"] == IDLE


@pytest.mark.parametrize("way", [forwarded, over_tcp])
def test_a_way_leads_to_the_daemon_and_ends(lone_daemon: Daemon, way: Way) -> None:
    define(lone_daemon, "a", [Disk(mib=1)])
    with way(lone_daemon) as uri, libvirt.open(uri) as connection:
        assert [each.name() for each in connection.listAllDomains()] == ["a"]
    with pytest.raises(libvirt.libvirtError):
        libvirt.open(uri)
