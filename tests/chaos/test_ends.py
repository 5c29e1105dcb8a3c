"""Whatever somebody does to a domain after an apply was cut off: nothing is lost, or stuck.

Each end is recovered in each way, from two of all cuts; with RECONCILE_EVERY_END=1 from each of
them: of each kind of step, before libvirt got the call, and after libvirt did it. Whatever a
recovery leaves unfinished is closed by what the recovery advises.
"""

import os
import re
import shlex
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final

import pytest

from reconcile.journal.store import Store
from tests.chaos.ends import GONE, End, reached
from tests.chaos.hit import ALLOW, DISKS, HEAD
from tests.chaos.stages import STAGES, Stage
from tests.crash_recovery.faults import killed_apply, killed_behind
from tests.harness.command import Ran, reconcile
from tests.harness.contents import Oracle
from tests.lab import metadata
from tests.lab.daemon import Daemon
from tests.lab.domain import Domain
from tests.lab.fixtures import MakeDomain

CALLS: Final = {
    "make-internal": "create",
    "make-external": "create",
    "drop-internal": "delete",
    "merge-off": "delete",
}
CUT: Final = {"before": killed_apply, "behind": killed_behind}
WAYS: Final = ("resume", "rollback", "abandon")
EVERY: Final = "RECONCILE_EVERY_END"
ADVICE: Final = re.compile(r"`(reconcile abandon [^`]+)`")


@dataclass(frozen=True, slots=True)
class Case:
    """An end, the way it is recovered, and the stage and moment of the cut before."""

    end: End
    way: str
    stage: str
    cut: str

    @property
    def id(self) -> str:
        """Its name among the tests."""
        return f"{self.end.name}-{self.way}-{self.stage}-{self.cut}".lower()


def cases() -> list[Case]:
    """Every end in every way, after two cuts of all, or after every one of them."""
    cuts = [*product(CALLS, CUT)]
    found = []
    for number, (end, way) in enumerate(product(End, WAYS)):
        chosen = {number % len(cuts), (3 * number + 5) % len(cuts)}
        taken = range(len(cuts)) if os.environ.get(EVERY) else sorted(chosen)
        found += [Case(end, way, *cuts[each]) for each in taken]
    return found


@pytest.fixture(autouse=True)
def _state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def manifests(stage: Stage, domain: Domain, folder: Path) -> tuple[str, str]:
    """What is declared before the apply that is cut off, and by it."""
    head = HEAD.format(name=domain.name) + ALLOW
    made = []
    for name, entries in (("before", stage.before), ("after", stage.after)):
        path = folder / f"{name}.yaml"
        path.write_text(f"{head}snapshots: [{entries}]\n")
        made.append(str(path))
    return made[0], made[1]


def recovered(way: str, options: tuple[str, ...]) -> Ran:
    if way != "abandon":
        return reconcile(*options, way, "--timeout", "5")
    (journal,) = Store().unfinished()
    return reconcile(*options, "abandon", "--yes", journal.name)


def closed(ran: Ran) -> bool:
    """Whether nothing is unfinished, or what the recovery advises closes it."""
    if not [*Store().unfinished()]:
        return True
    advice = ADVICE.search(ran.out)
    assert advice, ran.out
    words = shlex.split(advice[1])
    assert reconcile(*words[1:], "--yes").code == 0
    return not [*Store().unfinished()]


def contents(domain: Domain) -> dict[str, bytes]:
    """Every file in the domain's folder, byte for byte."""
    return {path.name: path.read_bytes() for path in sorted(domain.folder.iterdir())}


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_an_end_loses_nothing_and_leaves_nothing_stuck(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path, case: Case
) -> None:
    stage = next(each for each in STAGES if each.name == case.stage)
    end, way, domain = case.end, case.way, make_domain(DISKS)
    before, after = manifests(stage, domain, tmp_path)
    oracle = Oracle(domain)
    oracle.write()
    assert reconcile("apply", "--yes", before, uri=lab.uri).code == 0
    oracle.learn(oracle.active())
    oracle.write()
    CUT[case.cut](CALLS[case.stage], Path(after), lab.uri)
    oracle.learn(active := oracle.active())
    with reached(end, domain, tmp_path) as (now, options):
        oracle.domain = now
        files = contents(domain)
        ran = recovered(way, options)
        if way == "abandon" or end in GONE:
            assert ran.code == (0 if way == "abandon" else 1), ran.out + ran.err
            assert contents(domain) == files
        else:
            assert ran.code in {0, 3, 5}, ran.out + ran.err
        assert closed(ran), ran.out
        if end is End.UNDEFINED:
            return
        assert oracle.active() == active
        assert oracle.wrong() == ()
        if end in {End.UNSEEN, End.OTHER_URI}:
            _as_before_or_declared(way, ran, now, (before, after))


def _as_before_or_declared(way: str, ran: Ran, domain: Domain, files: tuple[str, str]) -> None:
    """Where the domain is as it was, recovery leads somewhere, and the next apply to the end."""
    uri = domain.daemon.uri
    plans = [reconcile("plan", "--detailed-exitcode", file, uri=uri) for file in files]
    if way != "abandon":
        assert 0 in [each.code for each in plans], ran.out + plans[1].out
    again = reconcile("apply", "--yes", files[1], uri=uri)
    assert again.code == 0, again.out + again.err
    assert metadata.unfinished(domain) == []
