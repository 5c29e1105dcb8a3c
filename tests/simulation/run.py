"""One plan applied on a world, gone wrong once or twice, recovered, and judged."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from reconcile.execute.context import ExecutionContext
from reconcile.execute.domain_run import execute
from reconcile.execute.resume import resume
from reconcile.execute.rollback import rollback
from reconcile.journal.journal import Journal
from reconcile.journal.records import FORMAT, Begun
from reconcile.model.action import Action
from reconcile.model.domain import Domain
from reconcile.model.host import Host
from reconcile.model.outcome import DomainOutcome, Status
from reconcile.model.plan import DomainPlan, Reason
from reconcile.plan.planner import plan_domain
from tests.harness.identity import HERE
from tests.simulation.cases import Case
from tests.simulation.comparison import differences
from tests.simulation.disk import MemoryDisk
from tests.simulation.effects import files_made
from tests.simulation.faults import Crash, Fault, Faults
from tests.simulation.guest import SimulatedDomain, ViolationError
from tests.simulation.world import World

BEGUN = Begun(FORMAT, "0", "2000-01-01T00:00:00+00:00", 1, "here", "somebody")
WAYS = ("resume", "rollback")
MOST_RECOVERIES = 4


@dataclass(slots=True)
class Tally:
    """How many runs, with how many faults, ended how; and what must never happen."""

    runs: int = 0
    faults: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Count the runs of another tally too."""
        self.runs += other.runs
        self.faults += other.faults
        self.ends += other.ends
        self.violations += other.violations

    def head(self) -> str:
        """The three numbers that count."""
        return f"{self.runs} runs with {self.faults} faults, {len(self.violations)} violations"


@dataclass(slots=True)
class Simulation:
    """A world with a plan for it, and the journal of applying it."""

    case: Case
    world: World
    disk: MemoryDisk = field(default_factory=MemoryDisk)
    done: list[tuple[str, Action]] = field(default_factory=list)

    def apply(self, faults: Faults) -> DomainOutcome | None:
        """None where the tool crashed."""
        journal = Journal(self.disk)
        journal.append(BEGUN)
        return self._attempt(faults, lambda context: execute(self.case.plan, context))

    def recover(self, way: str, faults: Faults) -> DomainOutcome | None:
        """What is unfinished, by `resume` or `rollback`; None where the tool crashed again."""
        journal = Journal(self.disk)
        journal.mend()
        unfinished = journal.history().unfinished
        if not unfinished:
            return None
        act = resume if way == "resume" else rollback
        return self._attempt(faults, lambda context: act(unfinished[0], "journal", context))

    @property
    def unfinished(self) -> bool:
        """Whether the journal holds something to recover, told from its text alone."""
        records = Counter(json.loads(line)["record"] for line in self.disk.lines())
        return records["planned"] > records["settled"]

    def _attempt(
        self, faults: Faults, act: Callable[[ExecutionContext], DomainOutcome]
    ) -> DomainOutcome | None:
        self.disk.faults = faults
        guest = SimulatedDomain(self.world, faults)
        context = ExecutionContext(
            guest, Journal(self.disk), lambda _: None, lambda: False, self._left
        )
        try:
            return act(context)
        except Crash:
            return None
        finally:
            self.done += guest.done
            self.disk.faults = Faults()

    def _left(self) -> tuple[str, ...]:
        again = plan_domain(self.case.plan.desired, self.world.domain, Host(HERE, self.case.host))
        return tuple(str(step.action) for step in again.steps if step.reason is not Reason.ALWAYS)


def places(case: Case) -> list[Fault]:
    """Every place that can fail while the case is applied, and every way."""
    faults = Faults()
    outcome = _simulation(case).apply(faults)
    assert outcome is not None
    assert outcome.status is Status.APPLIED, f"{case.words}: {outcome.notes}"
    return faults.seen


def once(
    case: Case, fault: Fault, way: str
) -> tuple[Simulation, DomainOutcome | None, list[Fault]]:
    """Applied with one fault, then recovered once; also the places of that recovery."""
    simulation = _simulation(case)
    outcome = simulation.apply(Faults(fault))
    faults = Faults()
    if simulation.unfinished:
        outcome = simulation.recover(way, faults)
    return simulation, outcome, faults.seen


def check(case: Case, fault: Fault, way: str, tally: Tally) -> list[Fault]:
    """One fault, one recovery; the verdict goes to the tally."""
    tally.runs += 1
    tally.faults += 1
    try:
        simulation, outcome, seen = once(case, fault, way)
        _judge(simulation, outcome, tally)
    except (ViolationError, AssertionError, LookupError) as error:
        tally.violations.append(f"{case.words}: {fault}, {way}: {type(error).__name__} {error}")
        return []
    return seen


def check_twice(case: Case, first: Fault, way: str, second: Fault, tally: Tally) -> None:
    """A fault, and another one in the recovery."""
    tally.runs += 1
    tally.faults += 2
    try:
        simulation = _simulation(case)
        simulation.apply(Faults(first))
        outcome = simulation.recover(way, Faults(second))
        for _ in range(MOST_RECOVERIES):
            if not simulation.unfinished:
                break
            outcome = simulation.recover(way, Faults())
            if outcome is not None and outcome.status is not Status.APPLIED:
                break
        _judge(simulation, outcome, tally)
    except (ViolationError, AssertionError, LookupError) as error:
        words = f"{case.words}: {first}, {way}: {second}"
        tally.violations.append(f"{words}: {type(error).__name__} {error}")


def _simulation(case: Case) -> Simulation:
    return Simulation(case, World(case.plan.observed, case.host))


def _judge(simulation: Simulation, outcome: DomainOutcome | None, tally: Tally) -> None:
    """At before or at desired, nothing of ours left over, nothing done twice."""
    if simulation.unfinished:
        if outcome is not None and outcome.status is Status.STALE:
            raise ViolationError(f"stale: {outcome.notes}")
        outcome = simulation.recover("resume", Faults())
        tally.ends["settled by resume"] += 1
    plan, world = simulation.case.plan, simulation.world
    if simulation.unfinished:
        notes = outcome.notes if outcome else ("crashed",)
        raise ViolationError(f"not settled: {outcome and outcome.status}: {notes}")
    if world.running is not None:
        world.completed(world.running)
    before = differences(plan.observed, world.domain)
    desired = differences(_end(plan), world.domain)
    if before and desired:
        raise ViolationError(f"ends nowhere: before: {before}; desired: {desired}")
    tally.ends["desired" if not desired else "before"] += 1
    _nothing_left(simulation, at=_end(plan) if not desired else plan.observed)
    _nothing_twice(simulation)


def _end(plan: DomainPlan) -> Domain:
    return plan.expected[-1]


def _nothing_left(simulation: Simulation, at: Domain) -> None:
    """No tag without its snapshot, no file of a step that is not in effect."""
    world = simulation.world
    orphans = {tag for tag in world.tags if tag[1] not in world.domain.tree}
    if orphans:
        raise ViolationError(f"tags are left: {orphans}")
    made = {f for step in simulation.case.plan.steps for f in files_made(step.action)}
    used = {f for each in world.domain.tree for f in each.files()}
    used |= {disk.path or "" for disk in world.domain.disks}
    if at is simulation.case.plan.observed and made & world.files - used:
        raise ViolationError(f"files are left: {made & world.files - used}")


def _nothing_twice(simulation: Simulation) -> None:
    """No call takes effect more often than the plan has it, but for what was undone in between."""
    steps = simulation.case.plan.steps
    allowed = Counter(str(step.action) for step in steps)
    undone = {str(step.inverse): str(step.action) for step in steps}
    for word, action in simulation.done:
        key = str(action)
        if word == "undo":
            allowed[undone[key]] += 1
        elif key in allowed:
            allowed[key] -= 1
            if allowed[key] < 0:
                raise ViolationError(f"done twice: {key}")
