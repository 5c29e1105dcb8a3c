"""The state directory: this user's alone, found again, and not without end."""

import os
import stat
from pathlib import Path

import pytest

from reconcile.errors import JournalError, OpenStateError, PlanAppliedError, StateError
from reconcile.journal.file_storage import FileStorage
from reconcile.journal.journal import Journal
from reconcile.journal.left_behind import LeftBehind
from reconcile.journal.lock import locked
from reconcile.journal.records import Finished
from reconcile.journal.store import Store
from tests.journal.records import DOMAIN, INTENT, SETTLED, planned
from tests.lab import skips


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o777])
def umask(request: pytest.FixtureRequest) -> object:
    """Whatever the shell has set."""
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("umask")
def test_every_level_is_private_whatever_the_umask(tmp_path: Path) -> None:
    store = Store(tmp_path / ".local/state/reconcile")
    journal = Path(store.begin().name)
    store.use("a" * 32, "plan.json")
    with locked(store.locks, DOMAIN.key, 0, print):
        (lock,) = store.locks.iterdir()
        assert mode(lock) == 0o600
    folders = [path for path in tmp_path.rglob("*") if path.is_dir()]
    assert {mode(path) for path in folders} == {0o700}
    assert {path.name for path in folders} >= {".local", "state", "journals", "locks", "applied"}
    assert mode(journal) == 0o600
    assert mode(store.directory / "applied" / ("a" * 32)) == 0o600


@pytest.mark.parametrize("folder", [".", "journals", "locks", "applied"])
@pytest.mark.parametrize("open_to", [0o770, 0o707, 0o777])
def test_a_folder_that_others_may_write_to_is_refused(
    tmp_path: Path, folder: str, open_to: int
) -> None:
    store = Store(tmp_path / "state")
    for each in ("journals", "locks", "applied"):
        (store.directory / each).mkdir(parents=True, exist_ok=True)
    (store.directory / folder).chmod(open_to)
    with pytest.raises(OpenStateError, match="other users may write to it"):
        use_all_of(store)


@skips.needs_root("it gives a folder away")
@pytest.mark.parametrize("folder", [".", "journals", "locks", "applied"])
def test_a_folder_of_somebody_else_is_refused(tmp_path: Path, folder: str) -> None:
    store = Store(tmp_path / "state")
    for each in ("journals", "locks", "applied"):
        (store.directory / each).mkdir(parents=True, exist_ok=True)
    os.chown(store.directory / folder, 65534, 65534)
    with pytest.raises(OpenStateError, match="it belongs to another user"):
        use_all_of(store)


def use_all_of(store: Store) -> None:
    """All that an apply does there."""
    LeftBehind(store).of(DOMAIN)
    store.begin()
    store.use("a" * 32, "plan.json")
    with locked(store.locks, DOMAIN.key, 0, print):
        pass


def planted(path: Path, kind: str) -> None:
    """What a journal or lock never is."""
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "link":
            path.symlink_to(path.parent.parent / "victim")
        case "folder":
            path.mkdir()
        case "open":
            path.touch()
            path.chmod(0o666)


@pytest.mark.parametrize("kind", ["pipe", "link", "folder", "open"])
def test_a_planted_journal_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    store = Store(tmp_path)
    store.begin()
    (tmp_path / "victim").write_text("{}")
    planted(store.journals / "20260101T000000Z-00000000.jsonl", kind)
    with pytest.raises(JournalError):
        list(store.unfinished())
    with pytest.raises(JournalError):
        Journal(FileStorage(store.journals / "20260101T000000Z-00000000.jsonl")).append(SETTLED)
    assert (tmp_path / "victim").read_text() == "{}"


@skips.needs_root("it gives a file away")
def test_a_journal_of_somebody_else_is_refused(tmp_path: Path) -> None:
    path = Path(Store(tmp_path).begin().name)
    os.chown(path, 65534, 65534)
    with pytest.raises(JournalError, match="it belongs to another user"):
        Journal(FileStorage(path)).history()


def test_a_journal_where_others_could_have_put_it_is_refused(tmp_path: Path) -> None:
    path = Path(Store(tmp_path).begin().name)
    path.parent.chmod(0o777)
    with pytest.raises(JournalError, match="its folder: other users may write to it"):
        Journal(FileStorage(path)).history()


@pytest.mark.parametrize("kind", ["pipe", "link", "open"])
def test_a_planted_lock_is_refused_and_not_written_through(tmp_path: Path, kind: str) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    locks = tmp_path / "locks"
    with locked(locks, DOMAIN.key, 0, print):
        (path,) = locks.iterdir()
    planted(path, kind)
    with pytest.raises(StateError), locked(locks, DOMAIN.key, 0, print):
        pass
    assert victim.read_text() == "precious"


def test_only_what_is_not_settled_is_unfinished(tmp_path: Path) -> None:
    store = Store(tmp_path)
    journal = store.begin()
    journal.append(planned()[0])
    assert [each.name for each in store.unfinished()] == [journal.name]
    journal.append(SETTLED)
    assert list(store.unfinished()) == []
    journal.append(Finished())
    assert list(store.unfinished()) == []


def test_old_finished_journals_are_removed(tmp_path: Path) -> None:
    store = Store(tmp_path)
    finished, unfinished, broken = store.begin(), store.begin(), store.begin()
    unfinished.append(planned()[0])
    planted(Path(f"{broken.name}.jsonl"), "pipe")
    for journal in (finished, unfinished):
        os.utime(journal.name, (0, 0))
    os.utime(f"{broken.name}.jsonl", (0, 0))
    store.begin()
    assert not Path(finished.name).exists()
    assert Path(unfinished.name).exists()
    assert Path(f"{broken.name}.jsonl").exists()


def test_old_notes_of_applied_plans_are_removed(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for plan in ("a" * 32, "b" * 32):
        store.use(plan, "plan.json")
    os.utime(tmp_path / "applied" / ("a" * 32), (0, 0))
    store.begin()
    assert [path.name for path in (tmp_path / "applied").iterdir()] == ["b" * 32]


def test_a_saved_plan_is_used_once(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.use("abc", "plan.json")
    with pytest.raises(PlanAppliedError, match=r"plan\.json: this plan was applied before"):
        store.use("abc", "plan.json")


def test_each_journal_is_read_once_for_many_domains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    left = [store.begin() for _ in range(3)]
    for journal in left:
        journal.append(planned()[0])
    read: list[str] = []
    whole = FileStorage.read

    def noted(storage: FileStorage) -> bytes:
        read.append(storage.name)
        return whole(storage)

    monkeypatch.setattr(FileStorage, "read", noted)
    behind = LeftBehind(store)
    assert len(behind.of(DOMAIN)) == 3
    once = list(read)
    for _ in range(10):
        assert len(behind.of(DOMAIN)) == 3
    assert read == once


def test_what_another_run_leaves_meanwhile_is_seen(tmp_path: Path) -> None:
    store = Store(tmp_path)
    mine, other = store.begin(), store.begin()
    behind = LeftBehind(store)
    behind.leave_out(mine)
    mine.append(planned()[0])
    assert behind.of(DOMAIN) == ()
    other.append(planned()[0])
    other.append(INTENT)
    (left,) = behind.of(DOMAIN)
    assert (left.journal.name, left.history.open) == (other.name, INTENT)
    other.append(SETTLED)
    assert behind.of(DOMAIN) == ()
