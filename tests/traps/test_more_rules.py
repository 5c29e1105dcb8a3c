"""The rules outside of the list of traps that hurt all the same."""

import libvirt
import pytest

from reconcile.model.action import Redefine
from reconcile.model.host import Capabilities
from reconcile.model.plan import Refusal
from reconcile.rules.effect import effect
from reconcile.rules.refusals import Code
from tests.harness.observed import observed
from tests.traps.guest import Guest, refuses
from tests.traps.libvirts import needs_external_revert, reverts_external

ODD = "with space"


@pytest.fixture
def odd(guest: Guest) -> Guest:
    """A snapshot with a space in its name, taken off; the domain runs now."""
    guest.internal(ODD)
    guest.start()
    return guest


def test_job_names_naive(odd: Guest) -> None:
    """10.9 and newer name a QEMU job after the snapshot, and QEMU takes few characters."""
    if not reverts_external(odd):
        odd.delete(ODD)
        return
    with refuses():
        odd.create("<name>another one</name>")
    with refuses():
        odd.delete(ODD)


def test_job_names_are_refused_while_it_runs(odd: Guest) -> None:
    new = {"name": "new"}
    assert (
        odd.tool.refusal(add=[{"name": ODD}, {"name": "a b", "parent": ODD}]) == "a b: name-unsafe"
    )
    if reverts_external(odd):
        assert odd.tool.refusal(add=[new]) == f"{ODD}: name-job-id"
    else:
        odd.tool.apply(add=[new])


def test_two_reverts_in_a_second_naive(guest: Guest) -> None:
    needs_external_revert(guest)
    guest.external("A", "B")
    with guest.domain.handle() as handle:
        first, second = (handle.snapshotLookupByName(name) for name in ("B", "A"))
        with refuses():
            for _ in range(4):  # some pair of them falls into one second
                handle.revertToSnapshot(first)
                handle.revertToSnapshot(first)
                handle.revertToSnapshot(second)


def test_two_reverts_in_a_second_are_never_made(guest: Guest) -> None:
    """A plan with two reverts: a branch each from A and B, and back."""
    needs_external_revert(guest)
    guest.external("A", "B", "C")
    external = {"disks": {"vda": "external"}}
    entries = [{"name": "X", "parent": "A", **external}, {"name": "Y", "parent": "B", **external}]
    planned = guest.tool.apply("A B C", add=entries)
    assert sum(action.startswith("revert") for action in planned.actions) == 2


def test_reverts_rewrite_disks_which_is_no_drift(guest_with_two_disks: Guest) -> None:
    """An excluded disk is listed as external after a revert."""
    guest = guest_with_two_disks
    needs_external_revert(guest)
    new = {"name": "A", "disks": {"vda": "external", "vdb": "none"}}
    guest.tool.apply(add=[new])
    guest.write()
    guest.tool.apply(add=[new], current={"snapshot": "A", "revert": "always"})
    assert "<disk name='vdb' snapshot='external'" in guest.dump("A")


def test_long_metadata_naive(lone_guest: Guest) -> None:
    """Above 1 MiB it is saved, and silently skipped at the next start of the daemon."""
    lone_guest.internal("I")
    lone_guest.take(f"<name>J</name><description>{'d' * 1_100_000}</description>")
    assert lone_guest.current() == "J"
    lone_guest.daemon.restart()
    assert (lone_guest.names(), lone_guest.current()) == ({"I"}, None)


def test_long_metadata_is_refused(guest: Guest) -> None:
    """By the manifest's schema already; the rule behind it is asked itself."""
    guest.internal("I")
    long = "d" * 1_100_000
    assert "longer than 65,536" in guest.tool.invalid(add=[{"name": "I", "description": long}])
    capabilities = Capabilities("QEMU", (9, 0, 0), external_revert=False)
    redefined = effect(observed(guest.domain), Redefine("I", None, long, None), capabilities)
    assert isinstance(redefined, Refusal)
    assert redefined.code == Code.METADATA_TOO_LONG


def test_leaves_and_no_leaves_together_list_nothing(guest: Guest) -> None:
    """The documentation says "no filter"; the tool never asks for both."""
    guest.internal("I")
    both = libvirt.VIR_DOMAIN_SNAPSHOT_LIST_LEAVES | libvirt.VIR_DOMAIN_SNAPSHOT_LIST_NO_LEAVES
    with guest.domain.handle() as handle:
        assert handle.listAllSnapshots(both) == []
