"""What a journal keeps, and how it reads back after a crash in the middle of a write."""

import os
import stat
from pathlib import Path

import pytest

from reconcile.errors import JournalError, PlanAppliedError
from reconcile.journal.codec import line, record
from reconcile.journal.journal import Journal
from reconcile.journal.records import Answered, Direction, Ended, Intent, Planned, Record, Settled
from reconcile.journal.store import FileStorage, Store
from reconcile.model.domain import DomainState
from reconcile.model.identity import DomainId, HostId
from reconcile.model.outcome import Status, StepState
from reconcile.model.snapshot import DiskKind
from reconcile.recovery.verdicts import Baseline
from tests.simulation.cases import cases

DOMAIN = DomainId(HostId("HOST", "HOST"), "uuid", "web01")


def planned() -> list[Planned]:
    """A record for each kind of plan."""
    found = cases((None, 0, 0), DiskKind.EXTERNAL, DomainState.SHUTOFF)
    plans = [case.plan for case in found]
    return [
        Planned(DOMAIN, case.host, plan.desired, plan.observed, plan.steps)
        for case, plan in zip(
            cases((None, 0, 0), DiskKind.EXTERNAL, DomainState.SHUTOFF), plans, strict=True
        )
    ]


SEEN = Baseline(
    (("vda", "/images/ä.qcow2"), ("hda", None)), 3, (("/images/ä.qcow2", 7),), ("/images/ä.1",)
)
RECORDS: tuple[Record, ...] = (
    Intent(DOMAIN, 0, Direction.DO, SEEN, "<domainsnapshot/>"),
    Ended(DOMAIN, 0, Direction.DO, StepState.DONE, 1),
    Answered(DOMAIN, 0, Direction.DO),
    Intent(DOMAIN, 0, Direction.UNDO),
    Ended(DOMAIN, 0, Direction.UNDO, StepState.UNDONE, 0, ("why",)),
    Settled(DOMAIN, Status.ROLLED_BACK, ("done",)),
)


@pytest.mark.parametrize("each", RECORDS, ids=lambda each: type(each).__name__)
def test_a_record_reads_back(each: Record) -> None:
    assert record(line(each)) == each


def test_a_plan_reads_back_with_what_undoes_it() -> None:
    for each in planned():
        found = record(line(each))
        assert isinstance(found, Planned)
        assert found.observed == each.observed
        assert found.declared == each.declared
        actions = [(step.action, step.inverse, step.reason) for step in found.steps]
        assert actions == [(step.action, step.inverse, step.reason) for step in each.steps]


def test_that_libvirt_answered_is_known_until_the_next_call(tmp_path: Path) -> None:
    journal = Store(tmp_path).begin()
    for each in (planned()[0], Intent(DOMAIN, 0, Direction.DO), Answered(DOMAIN, 0, Direction.DO)):
        journal.append(each)
    (history,) = journal.history().unfinished
    assert (history.open, history.answered) == (Intent(DOMAIN, 0, Direction.DO), True)
    journal.append(Intent(DOMAIN, 0, Direction.DO))
    (history,) = journal.history().unfinished
    assert not history.answered


def test_it_is_private(tmp_path: Path) -> None:
    store = Store(tmp_path / "state")
    path = Path(store.begin().name)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_torn_line_was_never_written(tmp_path: Path) -> None:
    store = Store(tmp_path)
    journal = store.begin()
    journal.append(planned()[0])
    journal.append(RECORDS[0])
    path = Path(journal.name)
    whole = path.read_bytes()
    path.write_bytes(whole + line(RECORDS[1])[:20])
    (history,) = journal.history().unfinished
    assert history.open == RECORDS[0]
    journal.mend()
    assert path.read_bytes() == whole
    journal.append(RECORDS[1])
    (history,) = journal.history().unfinished
    assert (history.position, history.open, dict(history.saved)) == (1, None, {0: RECORDS[0].saved})


def test_a_broken_line_is_told(tmp_path: Path) -> None:
    journal = Store(tmp_path).begin()
    with Path(journal.name).open("ab") as file:
        file.write(b"rubbish\n")
    with pytest.raises(JournalError, match="line 2 cannot be read"):
        journal.history()


def test_only_what_is_not_settled_is_unfinished(tmp_path: Path) -> None:
    store = Store(tmp_path)
    journal = store.begin()
    journal.append(planned()[0])
    assert [each.name for each in store.unfinished()] == [journal.name]
    journal.append(RECORDS[-1])
    assert list(store.unfinished()) == []


def test_old_finished_journals_are_removed(tmp_path: Path) -> None:
    store = Store(tmp_path)
    finished, unfinished = store.begin(), store.begin()
    unfinished.append(planned()[0])
    for journal in (finished, unfinished):
        os.utime(journal.name, (0, 0))
    store.begin()
    assert not Path(finished.name).exists()
    assert Path(unfinished.name).exists()


def test_a_full_disk_is_told() -> None:
    with pytest.raises(JournalError, match="it cannot be written"):
        Journal(FileStorage(Path("/dev/full"))).append(RECORDS[1])


def test_a_saved_plan_is_used_once(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.use("abc", "plan.json")
    with pytest.raises(PlanAppliedError, match=r"plan\.json: this plan was applied before"):
        store.use("abc", "plan.json")
