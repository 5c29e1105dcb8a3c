"""One domain's steps, forward and back: intent, call, look, record. No step is taken blindly.

The position is the number of steps in effect. Going forward takes the next step, going back the
inverse of the last one; both write their intent before the call and what came of it after looking.
A call whose end cannot be seen leaves its intent open, for `resume` and `rollback` to judge.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from reconcile.errors import ReconcileError
from reconcile.execute.call_verifier import CallResult, CallVerifier
from reconcile.execute.domain_port import DomainPort
from reconcile.journal.records import Answered, Direction, Ended, Intent, Record
from reconcile.model.action import Action, Create
from reconcile.model.domain import Domain
from reconcile.model.event import Event, Note, StepBegan, StepEnded, StepProgress
from reconcile.model.host import Capabilities
from reconcile.model.identity import DomainId
from reconcile.model.outcome import StepState
from reconcile.model.plan import Refusal, Step
from reconcile.recovery.deviations import deviations
from reconcile.recovery.powered_off import is_powered_off, reverting_again, without_guest
from reconcile.recovery.undo import objection
from reconcile.recovery.verdicts import Baseline, CallContext, MergeWinner
from reconcile.rules.effect import effect

Answer = TypeVar("Answer")
LOOKS = 3  # putting one thing right may show another
Tell = Callable[[Event], None]


class Log(Protocol):
    """Where records go before and after each call."""

    def append(self, record: Record) -> None:
        """Durably. Raises JournalError."""


@dataclass(frozen=True, slots=True)
class Steps:
    """What is to be done: `states` are the domain before, and after each step, by the rules."""

    domain: DomainId
    steps: tuple[Step, ...]
    states: tuple[Domain, ...]


@dataclass(frozen=True, slots=True)
class StepFailure:
    """Why the runner stopped. `back`: what is done may be undone; `recorded`: the journal knows."""

    notes: tuple[str, ...]
    back: bool = True
    interrupted: bool = False
    recorded: bool = True


class StepRunner:
    """The way of one domain; `stop` is asked before each step forward."""

    def __init__(
        self, task: Steps, guest: DomainPort, log: Log, tell: Tell, stop: Callable[[], bool]
    ) -> None:
        self.task = task
        self.position = 0
        self.saved: dict[int, str] = {}
        self.states: dict[int, StepState] = {}
        self.notes: tuple[str, ...] = ()
        self.kept: tuple[str, ...] = ()
        self.keep: MergeWinner | None = None
        self._domain_port = guest
        self._calls = CallVerifier(guest, lambda text: tell(Note(task.domain, text)))
        self._log = log
        self._tell = tell
        self._stop = stop

    def at(self, position: int, saved: Mapping[int, str]) -> None:
        """Go on from where a journal says that an earlier runner stopped."""
        self.position = position
        self.saved = dict(saved)
        self.states = dict.fromkeys(range(position), StepState.DONE)

    def forward(self) -> StepFailure | None:
        """Take all steps that are left; the first that fails stops it."""
        while self.position < len(self.task.steps):
            if self._stop():
                return StepFailure(("interrupted before the next step",), interrupted=True)
            failure = self._do()
            if failure is not None:
                return failure
        return None

    def back(self) -> StepFailure | None:
        """Undo the steps that are in effect, last first; the first without a way back stops it."""
        while self.position > 0:
            failure = self._undo()
            if failure is not None:
                return failure
        return None

    def away(self) -> tuple[str, ...]:
        """How the host differs from where the steps in effect should have led. Raises HostError."""
        return deviations(
            self.task.states[self.position], self._calls.reach(self._domain_port.observe)
        )

    def _do(self) -> StepFailure | None:
        number = self.position
        step = self.task.steps[number]
        before, after = self.task.states[number], self.task.states[number + 1]
        try:
            in_the_way = self._calls.reach(lambda: self._domain_port.obstacles(step.action, before))
            if in_the_way:
                return StepFailure(in_the_way)
            saved = self._calls.reach(lambda: self._domain_port.undo_data(step.inverse))
            seen = self._begin(number, Direction.DO, step.action, saved)
        except ReconcileError as error:
            return StepFailure((error.message,))
        if saved is not None:
            self.saved[number] = saved
        self._tell(self._began(number, step.action, undoing=False))
        cut = CallContext(step.action, before, after, seen)
        found = self._calls.called(
            cut, lambda: self._domain_port.perform(step.action, self._progress(number))
        )
        return self._ended(number, Direction.DO, found)

    def _undo(self) -> StepFailure | None:
        number = self.position - 1
        step = self.task.steps[number]
        what = f"{step.action.kind} {step.action.snapshot}"
        if step.inverse is None:
            return StepFailure((f"{what} cannot be undone",), back=False)
        try:
            observed = self._calls.reach(self._domain_port.observe)
            reason = objection(step, self.task.states[number + 1], observed, self._host)
            if reason is not None:
                return StepFailure((f"{what} is not undone: {reason}",), back=False)
            seen = self._begin(number, Direction.UNDO, step.inverse, None)
        except ReconcileError as error:
            return StepFailure((error.message,), back=False)
        self._tell(self._began(number, step.action, undoing=True))
        cut = CallContext(step.inverse, observed, _after(observed, step.inverse, self._host), seen)
        return self._ended(number, Direction.UNDO, self._swept(self._undone(cut, number), number))

    def _swept(self, found: CallResult, number: int) -> CallResult:
        """After undoing a create, without its files."""
        action, states = self.task.steps[number].action, self.task.states
        if found.state is not StepState.DONE or not isinstance(action, Create):
            return found
        left = self._calls.swept(
            CallContext(action, states[number], states[number + 1], Baseline())
        )
        return replace(found, notes=(*found.notes, *left))

    def _undone(self, cut: CallContext, number: int) -> CallResult:
        saved = self.saved.get(number)
        progress = self._progress(number)
        return self._calls.called(cut, lambda: self._domain_port.undo(cut.action, saved, progress))

    @property
    def _host(self) -> Capabilities:
        return self._domain_port.capabilities

    def _begin(self, number: int, way: Direction, action: Action, saved: str | None) -> Baseline:
        before = self.task.states[number if way is Direction.DO else number + 1]
        seen = self._calls.reach(lambda: self._domain_port.baseline(action, before))
        self._log.append(Intent(self.task.domain, number, way, seen, saved))
        return seen

    def without_guest(self) -> bool:
        """Whether the guest is off since, and the steps that are left can do without it."""
        position, states = self.position, self.task.states
        if not is_powered_off(states[position], self._calls.reach(self._domain_port.observe)):
            return False
        left = without_guest(states[position], self.task.steps[position:], self._host)
        if left is None:
            return False
        self.task = replace(self.task, states=(*states[:position], *left))
        return True

    def revert_again(self) -> None:
        """Go back by one step, a revert, where the guest that it brought back is off since.

        What the guest wrote after it is lost: only where that was allowed.
        """
        last = self.position - 1
        if last < 0:
            return
        observed = self._calls.reach(self._domain_port.observe)
        states, steps = self.task.states[self.position :], self.task.steps[last:]
        left = reverting_again(states, steps, observed, self._host)
        if left is None:
            return
        name = steps[0].action.snapshot
        found = CallResult(StepState.NOT_STARTED, (f"the guest is off since the revert to {name}",))
        self.position = last
        self.states[last] = StepState.NOT_STARTED
        self._log.append(self._record(last, Direction.DO, found))
        self.task = replace(self.task, states=(*self.task.states[:last], *left))
        self._tell(Note(self.task.domain, f"the guest is off since: reverting to {name} again"))

    def settle(self, intent: Intent, *, again: bool, answered: bool) -> StepFailure | None:
        """Judge the call that was cut off; None once it is known and recorded what became of it.

        `again` repeats it where that is what finishes it; `answered`: see `CallContext`.
        """
        number = intent.step
        cut = self._cut(intent, answered=answered)
        found = self._calls.looked(cut)
        if found.state is StepState.UNKNOWN and found.known and again:
            found = self._repeated(cut, number, intent.way)
        if intent.way is Direction.UNDO:
            found = self._swept(found, number)
        failure = self._ended(number, intent.way, found)
        if failure is None or not failure.recorded:
            return failure
        self.notes += found.notes
        return None

    def _cut(self, intent: Intent, *, answered: bool) -> CallContext:
        number, step = intent.step, self.task.steps[intent.step]
        before, after = self.task.states[number], self.task.states[number + 1]
        seen = intent.seen
        if intent.way is Direction.DO:
            return CallContext(step.action, before, after, seen, answered, self.keep)
        return CallContext(step.inverse or step.action, after, before, seen, answered)

    def _repeated(self, cut: CallContext, number: int, way: Direction) -> CallResult:
        """The same call once more: it finishes what the one that was cut off began."""
        progress = self._progress(number)
        if way is Direction.DO:
            return self._calls.called(cut, lambda: self._domain_port.perform(cut.action, progress))
        return self._undone(cut, number)

    def _ended(self, number: int, way: Direction, found: CallResult) -> StepFailure | None:
        """Record it; what nobody could see, or is halfway, stays open."""
        done = found.state is StepState.DONE
        half = found.state is StepState.UNKNOWN
        self.position = number + (done if way is Direction.DO else not done)
        self._note(number, way, found)
        self.kept += found.kept
        try:
            self._write(number, way, found)
        except ReconcileError as error:
            return StepFailure((*found.notes, error.message), back=False, recorded=False)
        if done and not found.notes:
            return None
        back = not half and way is Direction.DO
        return StepFailure(found.notes, back=back, recorded=not half)

    def _write(self, number: int, way: Direction, found: CallResult) -> None:
        """What is halfway stays open: then only that libvirt lived through the call is written."""
        if found.state is not StepState.UNKNOWN:
            self._log.append(self._record(number, way, found))
        elif found.answered:
            self._log.append(Answered(self.task.domain, number, way))

    def _record(self, number: int, way: Direction, found: CallResult) -> Ended:
        state = self.states[number]
        return Ended(self.task.domain, number, way, state, self.position, found.notes)

    def _note(self, number: int, way: Direction, found: CallResult) -> None:
        state = found.state
        if way is Direction.UNDO:
            undone = {StepState.DONE: StepState.UNDONE, StepState.NOT_STARTED: StepState.DONE}
            state = undone.get(state, state)
        self.states[number] = state
        action, total = self.task.steps[number].action, len(self.task.steps)
        self._tell(StepEnded(self.task.domain, number + 1, total, action, state))

    def _began(self, number: int, action: Action, *, undoing: bool) -> StepBegan:
        return StepBegan(self.task.domain, number + 1, len(self.task.steps), action, undoing)

    def _progress(self, number: int) -> Callable[[float], None]:
        return lambda share: self._tell(StepProgress(self.task.domain, number + 1, share))


def _after(before: Domain, inverse: Action, host: Capabilities) -> Domain:
    """What the rules make of the domain as it is; an objection was ruled out before."""
    after = effect(before, inverse, host)
    return before if isinstance(after, Refusal) else after
