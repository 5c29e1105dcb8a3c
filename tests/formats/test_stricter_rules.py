"""A version whose rules refuse more finishes and undoes what an earlier one began."""

import pytest

from reconcile.execute import unfinished
from reconcile.journal.journal import Journal
from reconcile.model.action import Action, ActionKind
from reconcile.model.domain import Domain, DomainState
from reconcile.model.host import Capabilities
from reconcile.model.outcome import Status
from reconcile.model.plan import Refusal
from reconcile.model.snapshot import DiskKind
from reconcile.recovery.deviations import deviations
from reconcile.rules import effect
from tests.formats.replayed import Left, simulation
from tests.formats.test_golden import golden
from tests.simulation import guest
from tests.simulation.cases import Case, cases
from tests.simulation.faults import Fault, Faults
from tests.simulation.run import Simulation, places
from tests.simulation.world import World

RULES = {kind: getattr(effect, str(kind)) for kind in ActionKind}


def as_before(domain: Domain, action: Action, host: Capabilities) -> Domain | Refusal:
    """What the simulated host does: it is libvirt, and has not become stricter."""
    more = () if action.kind is ActionKind.REDEFINE else (host,)
    found: Domain | Refusal = RULES[action.kind](domain, action, *more)
    return found


def refuse_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules by which nothing may be done any more."""
    monkeypatch.setattr(guest, "effect", as_before)
    for kind in ActionKind:
        monkeypatch.setattr(effect, str(kind), lambda *_: Refusal("new", None, "refused", "none"))


LEFT = (
    Left("simulated-between-steps"),
    Left("simulated-create-done", "all"),
    Left("simulated-create-not-done"),
    Left("simulated-delete-half", "tags are gone"),
    Left("simulated-revert-done", "all"),
)


@pytest.mark.parametrize("left", LEFT, ids=lambda left: left.journal)
def test_a_journal_of_format_1_is_finished(left: Left, monkeypatch: pytest.MonkeyPatch) -> None:
    """What its steps lead to is not written: it is what libvirt makes of them."""
    simulated = simulation(golden(f"journal/{left.journal}.jsonl").read_bytes(), left)
    refuse_all(monkeypatch)
    outcome = simulated.recover("resume", Faults())
    assert outcome is not None
    assert outcome.status is Status.APPLIED, outcome.notes
    assert deviations(simulated.case.plan.expected[-1], simulated.world.domain) == ()


def cut_off() -> list[tuple[Case, Fault]]:
    """Applies whose tool died once the only call of their last step was done."""
    found = []
    for case in cases((None, 0), DiskKind.EXTERNAL, DomainState.RUNNING):
        fault = next((each for each in reversed(places(case)) if each.way == "crash: all"), None)
        if fault is not None:
            found.append((case, fault))
    return found


@pytest.mark.parametrize(("case", "fault"), cut_off(), ids=lambda each: getattr(each, "words", ""))
def test_a_journal_of_format_2_says_itself_what_its_steps_lead_to(
    case: Case, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulated = Simulation(case, World(case.plan.observed, case.host))
    assert simulated.apply(Faults(fault)) is None
    (history,) = Journal(simulated.disk).history().unfinished
    assert history.planned.expected == case.plan.expected
    refuse_all(monkeypatch)
    monkeypatch.setattr(unfinished, "transition", None)
    outcome = simulated.recover("resume", Faults())
    assert outcome is not None
    assert outcome.status is Status.APPLIED, outcome.notes
