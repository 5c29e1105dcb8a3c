"""Unfinished domains of earlier applies, found by domain; each journal is read once a run."""

from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from reconcile.journal.file_storage import FileStorage
from reconcile.journal.history import DomainHistory
from reconcile.journal.journal import Journal
from reconcile.journal.records import Begun
from reconcile.journal.same_host import is_same
from reconcile.journal.store import Store, is_unfinished
from reconcile.model.identity import DomainId


@dataclass(frozen=True, slots=True)
class LeftDomain:
    """A domain that an earlier apply began and nobody settled."""

    journal: Journal
    begun: Begun
    history: DomainHistory

    @property
    def domain(self) -> DomainId:
        """The domain's identity in the journal."""
        return self.history.planned.domain


def left_in(journal: Journal) -> tuple[LeftDomain, ...]:
    """The unfinished domains of one journal. Raises JournalError."""
    history = journal.history()
    return tuple(LeftDomain(journal, history.begun, each) for each in history.unfinished)


class LeftBehind:
    """The unfinished domains of all journals but those that this run writes itself.

    A journal is read again where it has changed: another run may be cut off in the meantime.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._own: set[str] = set()
        self._seen: dict[Path, tuple[int, int]] = {}
        self._by_uuid: dict[str, list[LeftDomain]] = {}
        self._lock = Lock()

    def leave_out(self, journal: Journal) -> None:
        """Leave out a journal that this run writes itself."""
        with self._lock:
            self._own.add(journal.name)

    def of(self, domain: DomainId) -> tuple[LeftDomain, ...]:
        """The unfinished applies of a domain. Raises JournalError, StateError."""
        with self._lock:
            for path in self._store.paths():
                self._look(path)
            found = self._by_uuid.get(domain.uuid, ())
            return tuple(
                each for each in found if is_same(each.history.planned.domain, each.begun, domain)
            )

    def _look(self, path: Path) -> None:
        found = path.lstat()
        state = found.st_mtime_ns, found.st_size
        if str(path) in self._own or self._seen.get(path) == state:
            return
        for left in self._by_uuid.values():
            left[:] = [each for each in left if each.journal.name != str(path)]
        if is_unfinished(path):
            self._read(Journal(FileStorage(path)))
        self._seen[path] = state

    def _read(self, journal: Journal) -> None:
        for each in left_in(journal):
            self._by_uuid.setdefault(each.domain.uuid, []).append(each)
