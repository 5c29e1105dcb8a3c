"""Many cases on the releases of the lab; a disagreement is made small and told as a scenario."""

import itertools
import random
import shutil
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import yaml

from tests.conformance.hosts.applying import state_in
from tests.conformance.hosts.case import Report, replay, run_random
from tests.conformance.hosts.draw import draw
from tests.conformance.hosts.refused import HARMLESS, Tried
from tests.harness.seeds import SeedRunner
from tests.hosts.host import Host
from tests.hosts.scenario import Scenario, Words
from tests.lab.daemon import Daemon
from tests.lab.releases import RELEASES, is_root

NUMBERS: Final = itertools.count(1)
MakeHost = Callable[[], AbstractContextManager[Host]]
"""An empty host, gone without a trace at the end."""


@dataclass(slots=True)
class Tally:
    """What a run of cases did; `found` are the disagreements in words."""

    cases: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    tried: list[Tried] = field(default_factory=list)
    found: list[str] = field(default_factory=list)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.cases + other.cases,
            self.counts + other.counts,
            [*self.tried, *other.tried],
            [*self.found, *other.found],
        )

    def head(self) -> str:
        """The numbers that count."""
        applied, refused = self.counts["plan applied"], self.counts["plan refused"]
        found = len(self.found)
        return (
            f"{self.cases} hosts, {applied} plans applied, {refused} refused, {found} disagreements"
        )

    def text(self, name: str) -> str:
        """All of it, for people."""
        counts = (f"    {count:>6}  {what}" for what, count in sorted(self.counts.items()))
        return "\n".join([f"{name}: {self.head()}", *counts, *self._refusals()])

    def _refusals(self) -> Iterator[str]:
        """What libvirt did with the refused calls that were tried, by code."""
        if not self.tried:
            return
        harmless = sum(each.verdict == HARMLESS for each in self.tried)
        tried, share = len(self.tried), 100 * harmless / len(self.tried)
        yield f"    refused calls tried: {tried}; done without harm: {harmless} ({share:.0f} %)"
        by_code: dict[str, Counter[str]] = {}
        for each in self.tried:
            by_code.setdefault(each.code, Counter())[each.verdict] += 1
        for code, verdicts in sorted(by_code.items()):
            said = ", ".join(f"{verdict} {count}" for verdict, count in sorted(verdicts.items()))
            yield f"        {code}: {said}"


@contextmanager
def runner(names: Sequence[str]) -> Iterator[SeedRunner[dict[str, Tally]]]:
    """Run the case of a seed on each of these releases."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stack.enter_context(state_in(folder))
        chosen = (release for release in RELEASES if release.name in names)
        places = {
            release.name: in_lab(stack.enter_context(Daemon(release)), folder) for release in chosen
        }

        def run(seed: int) -> dict[str, Tally]:
            return {name: run_case(make, seed) for name, make in places.items()}

        yield run


def in_lab(daemon: Daemon, folder: Path) -> MakeHost:
    """Hosts of this daemon; `folder` is for manifests."""

    @contextmanager
    def make() -> Iterator[Host]:
        daemon.start()  # a case before may have crashed it
        name = f"host-{next(NUMBERS)}"
        manifests = folder / f"{daemon.release.name}-{name}"
        manifests.mkdir()
        host = Host(daemon, daemon.data / name, manifests)
        try:
            yield host
        finally:
            host.close()
            shutil.rmtree(manifests)

    return make


def run_case(make: MakeHost, seed: int) -> Tally:
    """The case of a seed; the same seed gives the same case."""
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    scenario = draw(rng, has_loops=is_root())
    report = _reported(make, lambda host: run_random(host, scenario, rng))
    tally = Tally(1, report.counts, report.tried)
    if report.disagreement:
        tally.found.append(_told(make, scenario, seed, report))
    return tally


def _reported(make: MakeHost, run: Callable[[Host], Report]) -> Report:
    """A case that cannot be run is a disagreement too."""
    try:
        with make() as host:
            return run(host)
    except Exception:  # noqa: BLE001 - a long run must not end with one case
        return Report(disagreement=(f"the case itself failed:\n{traceback.format_exc()}",))


def _told(make: MakeHost, scenario: Scenario, seed: int, report: Report) -> str:
    steps, disagreement = _shrunk(make, scenario, report)
    lines = (*_scenario(scenario, steps).splitlines(), *(f"=> {line}" for line in disagreement))
    return f"seed {seed}:\n" + "\n".join(f"    {line}" for line in lines)


def _shrunk(
    make: MakeHost, scenario: Scenario, report: Report
) -> tuple[Sequence[Words], tuple[str, ...]]:
    """Leave out one step after the other, for as long as something disagrees."""
    steps, disagreement = list(report.steps), report.disagreement
    for index in reversed(range(len(steps) - 1)):
        fewer = [*steps[:index], *steps[index + 1 :]]
        again = _reported(make, lambda host, fewer=fewer: replay(host, scenario, fewer))  # type: ignore[misc] # mypy cannot infer a lambda with a default
        if again.disagreement and len(again.steps) == len(fewer):
            steps, disagreement = fewer, again.disagreement
    return steps, disagreement


def _scenario(scenario: Scenario, steps: Sequence[Words]) -> str:
    """The case as a file of `tests.hosts.scenarios` has it."""
    domains = {
        spec.name: {
            "disks": dict(spec.disks),
            **({"devices": spec.devices} if spec.devices else {}),
        }
        for spec in scenario.domains
    }
    words = {
        "images": {image.name: dict(image.words) for image in scenario.images},
        "domains": domains,
        "steps": list(steps),
    }
    return yaml.safe_dump(words, sort_keys=False, width=110, allow_unicode=True)
