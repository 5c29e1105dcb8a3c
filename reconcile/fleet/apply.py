"""Many domains at once: each with its lock, all with one journal; stopped together when asked."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event as Flag
from threading import Lock

from reconcile.errors import JournalHeldError, LockedError, ReconcileError
from reconcile.execute.domain_run import (
    ExecutionContext,
    blocked,
    cut_off,
    execute,
    failed,
    not_begun,
    stale,
    unmoved,
)
from reconcile.execute.libvirt_domain import LibvirtDomain
from reconcile.execute.step_runner import Tell
from reconcile.fleet.host_plan import plan_target
from reconcile.fleet.saved_plan import PreparedDomain
from reconcile.fleet.targets import Target
from reconcile.journal.journal import Journal
from reconcile.journal.lock import locked
from reconcile.journal.records import Settled
from reconcile.journal.store import Store
from reconcile.model.event import DomainEnded, Note
from reconcile.model.identity import DomainId
from reconcile.model.outcome import DomainOutcome, Status
from reconcile.model.plan import Reason, Step
from reconcile.recovery.verdicts import MergeWinner

POLL_SECONDS = 0.2  # signals are served in between
GOOD = frozenset({Status.APPLIED, Status.IN_SYNC})  # what does not stop the others of a --fail-fast


@dataclass(frozen=True, slots=True)
class Options:
    """`timeout` is how many seconds others are waited for: a lock, a job, a lost connection.

    `keep`: see `MergeWinner`; for `resume`.
    """

    parallel: int = 4
    fail_fast: bool = False
    timeout: float = 60.0
    keep: MergeWinner | None = None


@dataclass(frozen=True, slots=True)
class SavedAs:
    """The saved plan that is applied: its id, which is used once, and its file for messages."""

    id: str
    file: str


class Run:
    """What all domains of one run share. `stop` makes each end after its running call, and undo."""

    def __init__(
        self, store: Store, tell: Tell, options: Options, saved: SavedAs | None = None
    ) -> None:
        self.store = store
        self.tell = tell
        self.options = options
        self.stop = Flag()
        self._saved = saved
        self._journal: Journal | None = None
        self._beginning = Lock()
        self._held = ExitStack()

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def journal(self) -> Journal:
        """The run's journal, begun with its first domain. Raises StateError, PlanAppliedError."""
        with self._beginning:
            if self._journal is None:
                if self._saved is not None:
                    self.store.use(self._saved.id, self._saved.file)
                made = self.store.begin(self._saved.id if self._saved else None)
                self._held.enter_context(self.held(made))
                self._journal = made
            return self._journal

    @contextmanager
    def held(self, journal: Journal) -> Iterator[None]:
        """Keep others from going on with a journal that is being written.

        Raises JournalHeldError where somebody else writes it, by whatever path it is named.
        """
        key = ("journal", str(Path(journal.name).resolve()))
        with ExitStack() as stack:
            try:
                stack.enter_context(locked(self.store.locks, key, 0, lambda _: None))
            except LockedError as error:
                raise JournalHeldError(journal.name, error.owner) from error
            yield

    def each(self, calls: Sequence[Callable[[], DomainOutcome]]) -> tuple[DomainOutcome, ...]:
        """Every call, some at once; the main thread stays free to serve signals."""
        with ThreadPoolExecutor(self.options.parallel, thread_name_prefix="apply") as pool:
            futures = [pool.submit(self._told, call) for call in calls]
            try:
                while wait(futures, timeout=POLL_SECONDS).not_done:
                    continue
            except BaseException:
                self.stop.set()
                raise
        return tuple(map(Future.result, futures))

    def _told(self, call: Callable[[], DomainOutcome]) -> DomainOutcome:
        outcome = call()
        if self.options.fail_fast and outcome.status not in GOOD:
            self.stop.set()
        self.tell(DomainEnded(outcome))
        return outcome


def apply_all(prepared: Sequence[PreparedDomain], run: Run) -> tuple[DomainOutcome, ...]:
    """Execute the plans of all domains; outcomes in their order."""
    return run.each([lambda ready=ready: _apply(ready, run) for ready in prepared])  # type: ignore[misc] # mypy cannot infer a lambda with a default


def _apply(ready: PreparedDomain, run: Run) -> DomainOutcome:
    """One domain. Every error ends in the outcome, none escapes."""
    plan = ready.plan
    if ready.moved:
        return stale(plan, ready.moved)
    if plan.refusals:
        return blocked(plan)
    if run.stop.is_set():
        return not_begun(plan)
    try:
        tell = _told(run, plan.id)
        with locked(run.store.locks, plan.id.key, run.options.timeout, tell):
            return _applied(ready, run)
    except ReconcileError as error:
        return failed(plan, error)


def _applied(ready: PreparedDomain, run: Run) -> DomainOutcome:
    """Nothing is touched before the host is known to be writable and as it was."""
    plan, job = ready.plan, ready.job
    left = list(run.store.left_by(plan.id))
    for journal, history in left:
        if history.open is not None:
            return cut_off(plan, journal.name, history)
    guest = LibvirtDomain(job.host, job.id, run.options.timeout, _told(run, plan.id))
    guest.require_write()
    early = unmoved(plan, guest.observe())
    if early is not None and early.status is not Status.IN_SYNC:
        return early
    for journal, history in left:
        with run.held(journal):
            journal.mend()
            journal.append(
                Settled(history.planned.domain, Status.INCOMPLETE, ("a later apply took over",))
            )
    if early is not None:
        return early
    context = ExecutionContext(
        guest, run.journal(), run.tell, run.stop.is_set, lambda: left_over(job)
    )
    return execute(plan, context)


def _told(run: Run, domain: DomainId) -> Callable[[str], None]:
    return lambda text: run.tell(Note(domain, text))


def left_over(job: Target) -> tuple[str, ...]:
    """What a new plan would still do, in words; empty when the domain is as declared."""
    again = plan_target(job)
    return (
        *(_step_left(step) for step in again.steps if step.reason is not Reason.ALWAYS),
        *(f"{each.snapshot}: {each.message}" for each in again.refusals),
    )


def _step_left(step: Step) -> str:
    return f"{step.action.kind} {step.action.snapshot} is left"
