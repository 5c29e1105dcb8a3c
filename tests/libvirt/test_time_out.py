"""libvirt gives up on a domain that another job holds: what is asked then must not go round."""

import libvirt
import pytest

from reconcile.errors import HostError, LostStartError
from reconcile.errors.libvirt_codes import LibvirtCode
from reconcile.libvirt.connection import Connection
from reconcile.libvirt.domain import DomainHandle
from tests.libvirt.test_busy import only_domain

STARTING = [libvirt.VIR_DOMAIN_PAUSED, libvirt.VIR_DOMAIN_PAUSED_STARTING_UP]


class TimedOut(libvirt.libvirtError):
    """What the bindings raise where another job held the domain for 30 seconds."""

    def __init__(self) -> None:
        Exception.__init__(self, "cannot acquire state change lock")
        self.err = (LibvirtCode.OPERATION_TIMEOUT, 10, "held", 2, "held", None, None, -1, -1)


@pytest.fixture
def domain() -> DomainHandle:
    return only_domain(Connection("test:///default", readonly=False))


def timed_out(*_: object) -> None:
    raise TimedOut


def test_a_start_that_never_ends_is_named(
    domain: DomainHandle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(libvirt.virDomain, "destroy", timed_out)
    monkeypatch.setattr(libvirt.virDomain, "state", lambda *_: STARTING)
    with pytest.raises(LostStartError):
        domain.destroy()


def test_where_the_state_times_out_too_that_is_the_end(
    domain: DomainHandle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(libvirt.virDomain, "destroy", timed_out)
    monkeypatch.setattr(libvirt.virDomain, "state", timed_out)
    with pytest.raises(HostError) as raised:
        domain.destroy()
    assert raised.value.code == LibvirtCode.OPERATION_TIMEOUT
    assert raised.value.call == "read the state"
