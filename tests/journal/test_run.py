"""The journals of one run: as many as its domains need, each closed when it is done."""

from pathlib import Path

import pytest

from reconcile.errors import PlanAppliedError
from reconcile.fleet import run as runs
from reconcile.fleet.run import Options, Run, SavedAs
from reconcile.journal.store import Store
from tests.journal.records import DOMAIN, SETTLED, planned


def run(folder: Path, saved: SavedAs | None = None) -> Run:
    return Run(Store(folder), lambda _: None, Options(), saved)


def last_record(path: Path) -> bytes:
    return path.read_bytes().splitlines()[-1]


def test_one_journal_serves_all_domains_and_is_closed_once_all_are_settled(tmp_path: Path) -> None:
    with run(tmp_path) as one:
        journal = one.journal()
        assert one.journal() is journal
        journal.append(planned()[0])
        journal.append(SETTLED)
    (path,) = Store(tmp_path).paths()
    assert last_record(path) == b'{"record":"finished"}'


def test_one_that_holds_something_unfinished_is_not_closed(tmp_path: Path) -> None:
    with run(tmp_path) as one:
        one.journal().append(planned()[0])
    (path,) = Store(tmp_path).paths()
    assert b'"record":"planned"' in last_record(path)
    with run(tmp_path) as another:
        assert len(another.left.of(DOMAIN)) == 1


def test_a_full_one_is_followed_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A journal is read as a whole, and none may become too large for that."""
    monkeypatch.setattr(runs, "FULL", 1000)
    with run(tmp_path) as one:
        first = one.journal()
        first.append(planned()[0])
        second = one.journal()
        assert second.name != first.name
        second.append(planned()[0])
        for journal in (first, second):
            journal.append(SETTLED)
        assert one.left.of(DOMAIN) == ()
    assert [last_record(path) for path in Store(tmp_path).paths()] == [b'{"record":"finished"}'] * 2


def test_a_saved_plan_is_used_with_the_first_domain_and_once(tmp_path: Path) -> None:
    saved = SavedAs("a" * 32, "plan.json")
    with run(tmp_path, saved):
        pass
    with run(tmp_path, saved) as one:
        one.journal()
        one.journal()
    with run(tmp_path, saved) as again, pytest.raises(PlanAppliedError):
        again.journal()
