"""A host looked at without manifests, on libvirt's in-process driver and on real daemons."""

import libvirt
import pytest

from reconcile.errors import HostError, UnknownDomainsError
from reconcile.errors.libvirt_codes import LibvirtCode
from reconcile.fleet.access import HostAccess
from reconcile.fleet.observed_host import observed_host
from reconcile.model.domain import Domain
from reconcile.model.fact import Fact
from reconcile.model.images import ImageGraph, Role
from tests.lab.daemon import Daemon
from tests.lab.fixtures import MakeDomain

DEFAULT = "test:///default"
DEFINITION = (
    "<domain type='test'><name>{name}</name><memory>65536</memory>"
    "<os><type arch='x86_64'>hvm</type></os></domain>"
)


def name_of(domain: Domain) -> str:
    return domain.name


def test_every_domain_of_the_host() -> None:
    with observed_host(HostAccess(DEFAULT)) as host:
        assert [domain.name for domain in host.domains()] == ["test"]
        assert host.images(host.domains()) == ImageGraph()
        assert host.capabilities.test_driver


def test_a_name_that_no_domain_has() -> None:
    with (
        pytest.raises(UnknownDomainsError, match="no domain matches `tset`"),
        observed_host(HostAccess(DEFAULT), ("tset",)),
    ):
        pass


def test_a_domain_that_vanishes_meanwhile_is_left_out() -> None:
    with libvirt.open(DEFAULT) as other:  # of one process, all connections to it share the domains
        made = [other.defineXML(DEFINITION.format(name=name)) for name in ("a-first", "b-second")]
        with observed_host(HostAccess(DEFAULT)) as host:
            made[0].undefine()
            assert [domain.name for domain in host.domains()] == ["b-second", "test"]
            assert list(host.each(name_of)) == ["b-second", "test"]
            with pytest.raises(HostError) as caught:
                host.domain(host.ids[0])
        made[1].undefine()
    assert caught.value.code == LibvirtCode.NO_DOMAIN


def test_the_images_of_a_host(lab: Daemon, make_domain: MakeDomain) -> None:
    domain, other = make_domain(), make_domain()
    lab.virsh("snapshot-create-as", domain.name, "base")
    with observed_host(HostAccess(f"{lab.uri}-ro"), (domain.name,)) as host:
        (found,) = host.domains()
        images = host.images((found,))
        path = found.disks[0].path or ""
        assert images.exists(path) is Fact.YES
        assert images.tags(path) == ("base",)
        assert Role.DISK in {use.role for use in images.users(path)}
        assert other.name not in {name_of(each) for each in host.domains()}
        assert host.value(images).images is images
