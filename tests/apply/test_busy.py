"""Waiting for a call that libvirt still works on: the question that asks must change nothing."""

import subprocess
import time

from reconcile.libvirt.connection import Connection
from tests.lab.daemon import Daemon
from tests.lab.disk import Disk
from tests.lab.domain import Domain
from tests.lab.fixtures import MakeDomain


def busy(domain: Domain) -> bool:
    """Whether the tool finds the domain held."""
    with Connection(domain.daemon.uri, readonly=False) as host:
        ref = next(ref for ref in host.domains() if ref.name == domain.name)
        return host.domain(ref).busy()


def definition(lab: Daemon, domain: Domain) -> str:
    return lab.virsh("dumpxml", domain.name, "--inactive", "--security-info")


def test_asking_changes_nothing(lab: Daemon, make_domain: MakeDomain) -> None:
    domain = make_domain()
    before = definition(lab, domain)
    assert not busy(domain)
    domain.start()
    assert not busy(domain)
    assert definition(lab, domain) == before


def test_it_waits_for_a_merge_of_a_domain_that_is_off(lab: Daemon, make_domain: MakeDomain) -> None:
    domain = make_domain([Disk("vda", mib=64)])
    lab.virsh("snapshot-create-as", domain.name, "a", "--disk-only")
    uri = ("virsh", "--connect", lab.uri)
    merge = subprocess.Popen((*uri, "snapshot-delete", domain.name, "a"), stdout=subprocess.DEVNULL)
    while domain.state == "shutoff" and merge.poll() is None:
        time.sleep(0.01)
    assert not busy(domain)
    assert domain.state == "shutoff"
    assert merge.wait() == 0
