"""What becomes of a call is what the host shows, also where libvirt called it done."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import cast

import pytest

from reconcile.execute.call_verifier import CallState, CallVerifier
from reconcile.execute.domain_port import DomainPort
from reconcile.model.action import Create
from reconcile.model.domain import Domain, DomainState
from reconcile.model.leftover import IncompleteSnapshot, Leftover
from reconcile.model.plan import Refusal
from reconcile.model.snapshot import NO_MEMORY, SnapshotState
from reconcile.recovery.call_context import Baseline, CallContext
from reconcile.recovery.evidence import Evidence
from reconcile.rules.effect import effect
from tests.rules.notation import FORKY, action, disk, domain, grown

BEFORE = grown("mem A", domain(disk(), state=DomainState.RUNNING))
_create = action(BEFORE, "int", "B")
assert isinstance(_create, Create)
_after = effect(BEFORE, _create, FORKY)
assert not isinstance(_after, Refusal)
AFTER: Domain = _after
CONTEXT = replace(CallContext.of(_create, BEFORE, AFTER, FORKY), baseline=Baseline(process=7))


@dataclass
class Port:
    """A host that shows this domain, and takes down what is removed."""

    domain: Domain
    removed: list[Leftover] = field(default_factory=list)
    reachable: bool = True

    def observe(self) -> Domain:
        return self.domain

    def evidence(self, _context: CallContext) -> Evidence:
        return Evidence(self.domain)

    def remove(self, leftover: Leftover, _context: object) -> None:
        self.removed.append(leftover)


@pytest.fixture
def verifier() -> Callable[[Port], CallVerifier]:
    return lambda port: CallVerifier(cast("DomainPort", port), lambda _: None)


Verifier = Callable[[Port], CallVerifier]


def succeeds() -> None:
    """libvirt says that it is done."""


def test_a_snapshot_that_is_as_asked_for_is_done(verifier: Verifier) -> None:
    result = verifier(Port(AFTER)).make(CONTEXT, succeeds)
    assert (result.state, result.notes) == (CallState.DONE, ())


def test_one_without_its_memory_is_deleted_and_not_done(verifier: Verifier) -> None:
    """The guest went off a moment before: libvirt took the disks alone, and reported success."""
    disks_alone = replace(AFTER.tree["B"], state=SnapshotState.SHUTOFF, memory=NO_MEMORY)
    shown = replace(AFTER, state=DomainState.SHUTOFF, tree=AFTER.tree.put(disks_alone))
    port = Port(shown)
    result = verifier(port).make(CONTEXT, succeeds)
    assert port.removed == [IncompleteSnapshot("B")]
    assert result.state is CallState.NOT_DONE
    assert result.taken_back


def test_what_somebody_deletes_at_once_was_done_all_the_same(verifier: Verifier) -> None:
    result = verifier(Port(BEFORE)).make(CONTEXT, succeeds)
    assert result.state is CallState.DONE
    assert "snapshot B is missing" in result.notes
