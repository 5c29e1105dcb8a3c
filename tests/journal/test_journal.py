"""What a journal keeps, and how it reads back after a crash in the middle of a write."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from reconcile.errors import DamagedJournalError, JournalError, JournalHeldError
from reconcile.journal.file_storage import FileStorage
from reconcile.journal.journal import Journal
from reconcile.journal.records import Answered, Direction, Intent, Planned, Record
from reconcile.journal.store import Store
from tests.harness.transcript import ROOT
from tests.journal.records import DOMAIN, DONE, FOLLOWING, INTENT, SETTLED, planned

HOLD = """
import sys, time
from pathlib import Path
from reconcile.journal.file_storage import FileStorage
from reconcile.journal.journal import Journal
with Journal(FileStorage(Path(sys.argv[1]))).held():
    print("held", flush=True)
    time.sleep(60)
"""


def written(folder: Path, *records: Record) -> Journal:
    """A journal with these records."""
    journal = Store(folder).begin()
    for record in records:
        journal.append(record)
    return journal


def test_that_libvirt_answered_is_known_until_the_next_call(tmp_path: Path) -> None:
    first = Intent(DOMAIN, 0, Direction.DO)
    journal = written(tmp_path, planned()[0], first, Answered(DOMAIN, 0, Direction.DO))
    (history,) = journal.history().unfinished
    assert (history.open, history.answered) == (first, True)
    journal.append(first)
    (history,) = journal.history().unfinished
    assert not history.answered


def test_a_torn_line_was_never_written(tmp_path: Path) -> None:
    journal = written(tmp_path, planned()[0], INTENT)
    path = Path(journal.name)
    whole = path.read_bytes()
    journal.append(DONE)
    path.write_bytes(path.read_bytes()[: len(whole) + 20])
    (history,) = journal.history().unfinished
    assert history.open == INTENT
    journal.mend()
    assert path.read_bytes() == whole
    journal.append(DONE)
    (history,) = journal.history().unfinished
    assert (history.position, history.open, dict(history.saved)) == (1, None, {0: INTENT.saved})


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (b"rubbish", "line 2 cannot be read: Expecting value"),
        (b"[" * 100_000, "line 2 cannot be read: it is nested too deeply"),
        (b'"planned"', "line 2 cannot be read: it is no object"),
        (b'{"record":"other"}', "line 2 cannot be read: is no record of a journal"),
        (b'{"record":["intent"]}', "line 2 cannot be read: is no record of a journal"),
        (b'{"record":"begun","format":2}', "line 2 cannot be read: lacks the key 'tool'"),
    ],
)
def test_a_broken_line_is_told(tmp_path: Path, line: bytes, what: str) -> None:
    journal = Store(tmp_path).begin()
    with Path(journal.name).open("ab") as file:
        file.write(line + b"\n")
    with pytest.raises(JournalError) as caught:
        journal.history()
    assert what in caught.value.message


def test_a_damaged_journal_is_told_with_what_can_be_done(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"garbage\n")
    path.chmod(0o600)
    with pytest.raises(DamagedJournalError) as caught:
        Journal(FileStorage(path)).history()
    assert "move the file away" in caught.value.remedy


@pytest.mark.parametrize(
    "record",
    [
        INTENT,
        replace(DONE, position=10**18),
        replace(DONE, step=10**18),
        replace(INTENT, step=99),
        replace(Answered(DOMAIN, 99, Direction.DO)),
    ],
)
def test_a_record_that_cannot_follow_is_told(tmp_path: Path, record: Record) -> None:
    before = () if record is INTENT else (planned()[0],)
    journal = written(tmp_path, *before, record)
    with pytest.raises(JournalError, match="cannot be read: it is about a"):
        journal.history()


def test_a_domain_is_planned_once_in_a_journal(tmp_path: Path) -> None:
    journal = written(tmp_path, planned()[0], planned()[0])
    with pytest.raises(JournalError, match="line 3 cannot be read: it plans a domain twice"):
        journal.history()


def test_a_journal_of_a_later_format_is_not_read(tmp_path: Path) -> None:
    journal = Store(tmp_path).begin()
    path = Path(journal.name)
    path.write_text(path.read_text().replace('"format":2', '"format":3'))
    with pytest.raises(JournalError, match=r"it was written by reconcile 0\."):
        journal.history()


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    full = Path("/dev/full")
    with pytest.raises(JournalError, match="it is a device, not a regular file"):
        Journal(FileStorage(full)).append(SETTLED)
    journal = Store(tmp_path).begin()
    with pytest.raises(JournalError, match="it cannot be written: File too large"):
        in_little_room(journal)
    assert journal.history().domains == {}


def in_little_room(journal: Journal) -> None:
    """Append where the file may not grow any more; the limit is the process's."""
    import resource  # noqa: PLC0415 - for this one function
    import signal  # noqa: PLC0415 - as above

    size = Path(journal.name).stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10, before[1]))
    try:
        journal.append(planned()[0])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_one_process_at_a_time_goes_on_with_it(tmp_path: Path) -> None:
    journal = written(tmp_path, planned()[0])
    command = (sys.executable, "-c", HOLD, journal.name)
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(JournalHeldError, match="still written by process"), journal.held():
            pass
        other.kill()
    with journal.held():
        journal.go_on()
    assert json.loads(Path(journal.name).read_text().splitlines()[-1])["record"] == "begun"
    assert len(journal.history().unfinished) == 1


def test_it_is_let_go_by_another_thread_than_took_it(tmp_path: Path) -> None:
    journal = written(tmp_path, planned()[0])
    held = journal.held()
    worker = Thread(target=held.__enter__)
    worker.start()
    worker.join()
    held.__exit__(None, None, None)
    with journal.held():
        assert len(journal.history().unfinished) == 1


def test_what_follows_a_plan_is_about_the_domain_it_names(tmp_path: Path) -> None:
    other = replace(DOMAIN, uuid=DOMAIN.uuid.replace("1", "2"))
    journal = written(tmp_path, planned()[0], planned(other)[0], replace(SETTLED, domain=other))
    (history,) = journal.history().unfinished
    assert history.planned.domain == DOMAIN


@pytest.mark.parametrize("record", FOLLOWING, ids=lambda each: type(each).__name__)
def test_each_record_follows_a_plan(tmp_path: Path, record: Record) -> None:
    journal = written(tmp_path, planned()[0], record)
    assert isinstance(next(iter(journal.history().domains.values())).planned, Planned)
