"""The simulated host of a journal: the world as it was when the journal's writer was gone."""

from collections.abc import Sequence
from dataclasses import dataclass

from reconcile.journal.history import DomainHistory
from reconcile.journal.journal import Journal
from reconcile.model.action import Action
from reconcile.model.domain import Domain
from reconcile.model.host import Capabilities
from reconcile.model.plan import DomainPlan, Refusal, Step
from reconcile.rules.effect import effect
from tests.simulation.cases import Case
from tests.simulation.disk import MemoryDisk
from tests.simulation.halves import halves
from tests.simulation.run import Simulation
from tests.simulation.world import Call, World


@dataclass(frozen=True, slots=True)
class Left:
    """A journal that was left unfinished, and how much of its open call has happened.

    `half` is "nothing", "all", or one of the halves of `tests.simulation.halves`.
    """

    journal: str
    half: str = "nothing"


def simulation(data: bytes, left: Left) -> Simulation:
    """The world that the journal tells of, and the journal on a disk in memory."""
    disk = MemoryDisk()
    disk.data = data
    (history,) = Journal(disk).history().unfinished
    planned = history.planned
    world = World(planned.observed, planned.capabilities)
    for step in planned.steps[: history.position]:
        world.completed(_call(world, step.action))
    _leave(world, history, left.half)
    return Simulation(Case(left.journal, _plan(history), planned.capabilities), world, disk)


def _leave(world: World, history: DomainHistory, half: str) -> None:
    if history.open is None:
        return
    call = _call(world, history.planned.steps[history.open.step].action)
    world.began = call
    if half == "all":
        world.completed(call)
    elif half != "nothing":
        halves(call, world)[half]()


def _call(world: World, action: Action) -> Call:
    return Call(action, world.domain, _after(world.domain, action, world.capabilities))


def _plan(history: DomainHistory) -> DomainPlan:
    """The plan as it was begun, with the states that the rules predict."""
    planned = history.planned
    return DomainPlan(
        planned.domain,
        planned.declared,
        planned.observed,
        "",
        steps=planned.steps,
        expected=_states(planned.observed, planned.steps, planned.capabilities),
    )


def _states(
    before: Domain, steps: Sequence[Step], capabilities: Capabilities
) -> tuple[Domain, ...]:
    states = [before]
    for step in steps:
        states.append(_after(states[-1], step.action, capabilities))
    return tuple(states[1:])


def _after(before: Domain, action: Action, capabilities: Capabilities) -> Domain:
    after = effect(before, action, capabilities)
    assert not isinstance(after, Refusal), after
    return after
