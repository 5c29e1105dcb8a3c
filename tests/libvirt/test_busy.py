"""Asking whether a domain is held: the question must be seen by nobody who watches the domain."""

from threading import Event

import libvirt
import pytest

from reconcile.libvirt.connection import Connection
from reconcile.libvirt.domain import DomainHandle
from tests.lab.daemon import Daemon
from tests.lab.fixtures import MakeDomain


def definition(lab: Daemon, name: str) -> str:
    return lab.virsh("dumpxml", name, "--inactive", "--security-info")


def only_domain(host: Connection, name: str = "test") -> DomainHandle:
    return host.domain(next(each for each in host.domains() if each.name == name))


def test_the_test_driver_cannot_be_asked_and_holds_nothing() -> None:
    with Connection("test:///default", readonly=False) as host:
        assert not only_domain(host).busy()


@pytest.mark.parametrize("running", [False, True])
def test_the_question_changes_nothing_and_sends_no_event(
    lab: Daemon, make_domain: MakeDomain, *, running: bool
) -> None:
    domain = make_domain()
    if running:
        domain.start()
    seen: list[str] = []
    last = Event()

    def changed(_host: object, _domain: object, _kind: int, uri: str, _data: None) -> None:
        seen.append(uri)
        if uri == "urn:last":
            last.set()

    with Connection(lab.uri, readonly=False) as host, lab.connect() as watcher:
        metadata = libvirt.VIR_DOMAIN_EVENT_ID_METADATA_CHANGE
        watcher.domainEventRegisterAny(None, metadata, changed, None)
        before = definition(lab, domain.name)
        assert not only_domain(host, domain.name).busy()
        assert definition(lab, domain.name) == before
        lab.virsh("metadata", domain.name, "--uri", "urn:last", "--key", "k", "--set", "<a/>")
        assert last.wait(30)
    assert seen == ["urn:last"]
