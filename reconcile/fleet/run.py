"""A run over many domains: its journal, its stop signal, and who is told of events."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from threading import Event as Flag
from threading import Lock

from reconcile.errors import JournalError
from reconcile.execute.context import Tell
from reconcile.fleet.host_queue import HostQueue, HostTask
from reconcile.journal.journal import Journal
from reconcile.journal.left_behind import LeftBehind
from reconcile.journal.path_locks import PathLocks
from reconcile.journal.records import Finished
from reconcile.journal.store import Store
from reconcile.model.event import DomainEnded, Note
from reconcile.model.identity import DomainId
from reconcile.model.outcome import DomainOutcome, Status
from reconcile.recovery.call_context import MergeWinner

POLL_SECONDS = 0.2  # signals are served in between
FULL = 16 * 2**20  # bytes of a journal, after which domains that are begun are written to another
GOOD = frozenset({Status.APPLIED, Status.IN_SYNC})  # what does not stop the others of a --fail-fast


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a run that changes hosts.

    `parallel`: how many domains at once; `fail_fast`: stop all where one fails; `timeout`: how
    many seconds others are waited for: a lock, a job, a lost connection; `keep`: which image of a
    cut-off merge `resume` shall keep.
    """

    parallel: int = 4
    fail_fast: bool = False
    timeout: float = 60.0
    keep: MergeWinner | None = None


@dataclass(frozen=True, slots=True)
class SavedAs:
    """An applied saved plan: its id, which is used once, and its file for messages."""

    id: str
    file: str


class Run:
    """One run over several domains. `stop` ends each after its running call, and undoes it."""

    def __init__(
        self, store: Store, tell: Tell, options: Options, saved: SavedAs | None = None
    ) -> None:
        self.store = store
        self.tell = tell
        self.options = options
        self.stop = Flag()
        self.left = LeftBehind(store)
        self._saved = saved
        self._journal: Journal | None = None
        self._beginning = Lock()
        self._held = ExitStack()

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def journal(self) -> Journal:
        """The journal of this run, begun with the first domain that is written to it.

        Raises StateError, JournalError, PlanAppliedError.
        """
        with self._beginning:
            if self._journal is None and self._saved is not None:
                self.store.use(self._saved.id, self._saved.file)
            if self._journal is None or self._journal.size >= FULL:
                self._journal = self._begun()
            return self._journal

    def _begun(self) -> Journal:
        made = self.store.begin(self._saved.id if self._saved else None)
        self.left.leave_out(made)
        self._held.enter_context(self.held(made))
        return made

    @contextmanager
    def held(self, journal: Journal) -> Iterator[None]:
        """A context in which no other process writes to the journal.

        A journal whose domains are all settled gets its last record at the end. Raises
        JournalHeldError, JournalError.
        """
        with journal.held():
            try:
                yield
            finally:
                with suppress(JournalError):  # it only spares later runs a reading of all of it
                    if journal.settled():
                        journal.mend()
                        journal.append(Finished())

    def note(self, domain: DomainId) -> Callable[[str], None]:
        """A function that tells a sentence about the domain as an event."""
        return lambda text: self.tell(Note(domain, text))

    def path_locks(self, domain: DomainId) -> PathLocks:
        """The locks of the files of a domain's host, held one step at a time."""
        server, seconds = domain.host.server, self.options.timeout
        return PathLocks(self.store.locks, server, seconds, self.note(domain), self.stop.is_set)

    def each(self, tasks: Sequence[HostTask]) -> tuple[DomainOutcome, ...]:
        """The outcomes of all tasks, some done at once; the main thread stays free for signals."""
        queue = HostQueue(tasks)
        with ThreadPoolExecutor(self.options.parallel, thread_name_prefix="apply") as pool:
            futures = [pool.submit(self._next, queue) for _ in tasks]
            try:
                while wait(futures, timeout=POLL_SECONDS).not_done:
                    continue
            except BaseException:
                self.stop.set()
                raise
        ended = dict(map(Future.result, futures))
        return tuple(ended[number] for number in range(len(tasks)))

    def _next(self, queue: HostQueue) -> tuple[int, DomainOutcome]:
        number, task = queue.take()
        try:
            outcome = task.call()
        finally:
            queue.done(task)
        if self.options.fail_fast and outcome.status not in GOOD:
            self.stop.set()
        self.tell(DomainEnded(outcome))
        return number, outcome
