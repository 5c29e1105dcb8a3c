"""One domain's steps, forward and back: intent, call, look, record. No step is taken blindly.

The position is the number of steps in effect. Going forward takes the next step, going back the
inverse of the last one; both write their intent before the call and what came of it after looking.
A call whose end cannot be seen leaves its intent open, for `resume` and `rollback` to judge.
"""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace

from reconcile.errors import ReconcileError
from reconcile.execute.call_verifier import CallResult, CallState, CallVerifier
from reconcile.execute.context import ExecutionContext
from reconcile.journal.records import Answered, Direction, Ended, Intent
from reconcile.model.action import Action, Create
from reconcile.model.domain import Domain
from reconcile.model.event import Note, StepBegan, StepEnded, StepProgress
from reconcile.model.host import Capabilities
from reconcile.model.identity import DomainId
from reconcile.model.outcome import FailedStep, StepState
from reconcile.model.plan import Refusal, Step
from reconcile.model.told_step import told_steps
from reconcile.recovery.call_context import Baseline, CallContext, MergeWinner
from reconcile.recovery.deviations import deviations
from reconcile.recovery.undo import objection
from reconcile.rules.effect import effect

_DONE_STATES = {
    CallState.DONE: StepState.DONE,
    CallState.NOT_DONE: StepState.NOT_STARTED,
    CallState.PARTLY_DONE: StepState.UNKNOWN,
    CallState.UNKNOWN: StepState.UNKNOWN,
}
_UNDONE_STATES = {
    **_DONE_STATES,
    CallState.DONE: StepState.UNDONE,
    CallState.NOT_DONE: StepState.DONE,
}


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps for a domain; `states` are the domain before them and after each, by the rules."""

    domain: DomainId
    steps: tuple[Step, ...]
    states: tuple[Domain, ...]


@dataclass(frozen=True, slots=True)
class StepFailure:
    """Why a runner stopped; `undoable`: the steps that are in effect may be undone.

    `remedy` is what to do about the cause, where that is known.
    """

    notes: tuple[str, ...]
    undoable: bool = True
    remedy: str | None = None


class StepRunner:
    """The steps of one domain and how far they are.

    `failed` is the step at which going forward ended, `saved` is undo data by step, `states` is
    the state of each step that was begun, `kept` names leftovers of done steps that could not be
    removed; `notes` are of a call that was settled, and `winner` is somebody's decision about a
    cut-off merge.
    """

    def __init__(self, task: Steps, context: ExecutionContext) -> None:
        self.task = task
        self.context = context
        self.position = 0
        self.failed: int | None = None
        self.failures: tuple[FailedStep, ...] = ()
        self.saved: dict[int, str] = {}
        self.states: dict[int, StepState] = {}
        self.notes: tuple[str, ...] = ()
        self.kept: tuple[str, ...] = ()
        self.winner: MergeWinner | None = None
        domain, tell = task.domain, context.tell  # no cycle that would keep the connection open
        self._calls = CallVerifier(context.port, lambda text: tell(Note(domain, text)))

    @property
    def capabilities(self) -> Capabilities:
        """The capabilities of the domain's host."""
        return self.context.port.capabilities

    def at(self, position: int, saved: Mapping[int, str]) -> None:
        """Move the runner to the position at which a journal says that an earlier one stopped."""
        self.position = position
        self.saved = dict(saved)
        self.states = dict.fromkeys(range(position), StepState.DONE)

    def note(self, text: str) -> None:
        """Tell a sentence about the domain to whoever watches the run."""
        self.context.tell(Note(self.task.domain, text))

    def observe(self) -> Domain:
        """The domain of now, over a new connection where the old one broke. Raises HostError."""
        return self._calls.reach(self.context.port.observe)

    def deviations(self) -> tuple[str, ...]:
        """How the host differs from the state after the steps in effect. Raises HostError."""
        return deviations(self.task.states[self.position], self.observe())

    def forward(self) -> StepFailure | None:
        """Take all steps that are left; the failure of the first that fails, else None."""
        while self.position < len(self.task.steps):
            if self.context.stop():
                return StepFailure(("interrupted before the next step",))
            number = self.position
            failure = self._do()
            if failure is not None:
                self.failed = number
                return failure
        return None

    def back(self) -> StepFailure | None:
        """Undo the steps in effect, last first; the failure of the first that stays, or None."""
        while self.position > 0:
            failure = self._undo()
            if failure is not None:
                return failure
        return None

    def reopen(self, states: tuple[Domain, ...], note: str) -> None:
        """Go back by the last step without undoing it, since its effect is gone: `note` says why.

        `states` are the domain before that step and after each step from there on. Raises
        JournalError.
        """
        last = self.position - 1
        self.position = last
        self.states[last] = StepState.NOT_STARTED
        self._write(last, Direction.DO, CallResult(CallState.NOT_DONE, (note,)))
        self.task = replace(self.task, states=(*self.task.states[:last], *states))

    def settle(self, intent: Intent, *, again: bool, answered: bool) -> StepFailure | None:
        """Judge the call that was cut off; None once its result is known and recorded.

        `again` makes the call once more where that finishes it; `answered`: libvirt lived through
        it.
        """
        number, direction = intent.step, intent.way
        context = self._cut_off(intent, answered=answered)
        result = self._calls.verify(context)
        if result.state is CallState.PARTLY_DONE and again:
            result = self._make(context, number, direction)
        if direction is Direction.UNDO:
            result = self._without_files(result, number, context.baseline)
        error = self._record(number, direction, result)
        if error is not None or not result.settled:
            notes = result.notes if error is None else (*result.notes, error)
            return StepFailure(notes, undoable=False)
        self.notes += result.notes
        return None

    def _do(self) -> StepFailure | None:
        number = self.position
        step, states = self.task.steps[number], self.task.states
        context = CallContext.of(step.action, states[number], states[number + 1], self.capabilities)
        with ExitStack() as held:
            try:  # whether a file is free is looked at, and the file made, as one act
                held.enter_context(self.context.hold(_files(step, context)))
            except ReconcileError as error:
                return StepFailure((error.message,), remedy=error.remedy)
            return self._do_alone(context, step)

    def _do_alone(self, context: CallContext, step: Step) -> StepFailure | None:
        number, port = self.position, self.context.port
        try:
            obstacles = self._calls.reach(lambda: port.obstacles(context))
            if obstacles:
                return StepFailure(obstacles)
            saved = self._calls.reach(lambda: port.undo_data(step.inverse))
            context = self._begin(context, number, Direction.DO, saved)
        except ReconcileError as error:
            return StepFailure((error.message,), remedy=error.remedy)
        if saved is not None:
            self.saved[number] = saved
        self._began(number, undoing=False)
        result = self._make(context, number, Direction.DO)
        return self._ended(number, Direction.DO, result)

    def _undo(self) -> StepFailure | None:
        number = self.position - 1
        step = self.task.steps[number]
        what = f"{step.action.kind} {step.action.snapshot}"
        if step.inverse is None:
            return StepFailure((f"{what} cannot be undone",), undoable=False)
        try:
            observed = self.observe()
            reason = objection(step, self.task.states[number + 1], observed, self.capabilities)
            if reason is not None:
                return StepFailure((f"{what} is not undone: {reason}",), undoable=False)
            after = _after(observed, step.inverse, self.capabilities)
            context = CallContext.of(step.inverse, observed, after, self.capabilities)
            context = self._begin(context, number, Direction.UNDO, None)
        except ReconcileError as error:
            return StepFailure((error.message,), undoable=False)
        self._began(number, undoing=True)
        result = self._make(context, number, Direction.UNDO)
        result = self._without_files(result, number, context.baseline)
        return self._ended(number, Direction.UNDO, result)

    def _begin(
        self, context: CallContext, number: int, direction: Direction, saved: str | None
    ) -> CallContext:
        """Write down the intent; the context with what the call begins from."""
        baseline = self._calls.reach(lambda: self.context.port.baseline(context))
        self.context.log.append(Intent(self.task.domain, number, direction, baseline, saved))
        return replace(context, baseline=baseline)

    def _make(self, context: CallContext, number: int, direction: Direction) -> CallResult:
        """The call of a step, or of its inverse."""
        port, progress = self.context.port, self._progress(number)
        if direction is Direction.DO:
            return self._calls.make(context, lambda: port.perform(context.action, progress))
        saved = self.saved.get(number)
        return self._calls.make(context, lambda: port.undo(context.action, saved, progress))

    def _without_files(self, result: CallResult, number: int, undo: Baseline) -> CallResult:
        """After undoing a create, without its files."""
        action, states = self.task.steps[number].action, self.task.states
        if result.state is not CallState.DONE or not isinstance(action, Create):
            return result
        create = CallContext.of(action, states[number], states[number + 1], self.capabilities)
        create = replace(create, baseline=Baseline(identities=undo.identities))
        return replace(result, notes=(*result.notes, *self._calls.clean_up(create)))

    def _cut_off(self, intent: Intent, *, answered: bool) -> CallContext:
        """The context of a call that an earlier runner began."""
        number, step = intent.step, self.task.steps[intent.step]
        before, after = self.task.states[number], self.task.states[number + 1]
        forward = intent.way is Direction.DO
        action = step.action if forward else step.inverse or step.action
        ends = (before, after) if forward else (after, before)
        context = CallContext.of(action, *ends, self.capabilities)
        winner = self.winner if forward else None
        return replace(context, baseline=intent.seen, answered=answered, winner=winner)

    def _ended(self, number: int, direction: Direction, result: CallResult) -> StepFailure | None:
        """Record it; None where the next step may be taken."""
        error = self._record(number, direction, result)
        if error is not None:
            return StepFailure((*result.notes, error), undoable=False)
        if result.state is CallState.DONE and not result.notes:
            return None
        undoable = result.settled and direction is Direction.DO
        return StepFailure(result.notes, undoable, result.remedy)

    def _record(self, number: int, direction: Direction, result: CallResult) -> str | None:
        """Tell and write down what became of a call; what kept it from being written, in words."""
        forward, done = direction is Direction.DO, result.state is CallState.DONE
        self.position = number + (done if forward else not done)
        state = (_DONE_STATES if forward else _UNDONE_STATES)[result.state]
        self.states[number] = state
        self.kept += result.kept
        action, total = self.task.steps[number].action, len(self.task.steps)
        told = told_steps(self.task.steps)
        self.context.tell(StepEnded(self.task.domain, number + 1, total, action, state, told))
        try:
            self._write(number, direction, result)
        except ReconcileError as error:
            return error.message
        return None

    def _write(self, number: int, direction: Direction, result: CallResult) -> None:
        """What is not settled stays open: then only that libvirt lived through it is written."""
        domain = self.task.domain
        if result.settled:
            end = (self.states[number], self.position, result.notes)
            self.context.log.append(Ended(domain, number, direction, *end))
        elif result.answered:
            self.context.log.append(Answered(domain, number, direction))

    def _began(self, number: int, *, undoing: bool) -> None:
        action, total = self.task.steps[number].action, len(self.task.steps)
        told = told_steps(self.task.steps)
        self.context.tell(StepBegan(self.task.domain, number + 1, total, action, undoing, told))

    def _progress(self, number: int) -> Callable[[float], None]:
        tell, domain = self.context.tell, self.task.domain
        return lambda share: tell(StepProgress(domain, number + 1, share))


def _files(step: Step, context: CallContext) -> tuple[str, ...]:
    """Every file that nobody else may touch during the step's call."""
    planned, touched = step.files, context.footprint
    made = (*planned.created, *planned.reused, *planned.changed, *planned.opened)
    return (*made, *planned.read, *touched.files, *touched.written, *touched.overlay_stems)


def _after(before: Domain, inverse: Action, capabilities: Capabilities) -> Domain:
    """What the rules make of the domain as it is; an objection was ruled out before."""
    after = effect(before, inverse, capabilities)
    return before if isinstance(after, Refusal) else after
