"""One case: a host, its steps, and the first disagreement if there is one."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count

import libvirt

from reconcile.errors import ManifestError, ReconcileError
from tests.conformance.hosts.applying import apply, written
from tests.conformance.hosts.by_hand import random_change, start_some
from tests.conformance.hosts.contents import Reader, is_readable, now
from tests.conformance.hosts.facts import DomainFacts
from tests.conformance.hosts.manifests import random_manifests
from tests.conformance.hosts.refused import Tried, try_refused
from tests.conformance.hosts.world import World, look
from tests.hosts.host import Host
from tests.hosts.oracle import Oracle
from tests.hosts.scenario import Scenario, Words
from tests.lab import content
from tests.lab.errors import LabError

LENGTH = 8
MANIFESTS = 0.5
"""The share of steps that are manifests."""
TRIED = 0.4
"""The share of cases whose first refused plan is tried on libvirt, which ends the case."""
BYTES = 255
BLOCKS = 31
"""Blocks of an image but the first one, which decides what format it is taken for."""
Next = Callable[[World], Words | None]
"""The step to take on the host as it is; None at the end."""


@dataclass(slots=True)
class Report:
    """What one case did, and where plans and libvirt disagreed."""

    steps: list[Words] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    tried: list[Tried] = field(default_factory=list)
    disagreement: tuple[str, ...] = ()


def run_random(host: Host, scenario: Scenario, rng: random.Random, length: int = LENGTH) -> Report:
    """A case made up as it goes."""
    tries = rng.random() < TRIED
    numbers = count()

    def following(world: World) -> Words | None:
        number = next(numbers)
        if number == 0:
            return start_some(rng, world.domains)
        if number > length:
            return None
        if number == length or rng.random() < MANIFESTS:
            return {"manifest": random_manifests(rng, world.domains)}
        return random_change(rng, world.domains)

    return _Case(host, scenario, tries=tries).run(following)


def replay(host: Host, scenario: Scenario, steps: Sequence[Words]) -> Report:
    """The same steps again, on a host drawn anew."""
    waiting = iter(steps)
    return _Case(host, scenario, tries=False).run(lambda _: next(waiting, None))


class _Case:
    def __init__(self, host: Host, scenario: Scenario, *, tries: bool) -> None:
        self._host = host
        self._scenario = scenario
        self._tries = tries
        self._report = Report()
        secrets = any(image.words.get("luks") for image in scenario.images)
        self._reader = Reader(host, has_secrets=secrets)
        self._fresh = count(1)
        self._pid = host.daemon.pid

    def run(self, following: Next) -> Report:
        self._host.make(self._scenario)
        Oracle(self._host).fill(self._scenario)
        self._host.define(self._scenario)
        world = look(self._host, self._reader)
        while step := following(world):
            self._report.steps.append(step)
            self._report.disagreement = self._take(step, world)
            if self._report.disagreement or self._report.tried:
                return self._report
            world = look(self._host, self._reader)
        self._report.disagreement = tuple(self._not_starting(world))
        return self._report

    def _take(self, step: Words, world: World) -> tuple[str, ...]:
        for name in step.get("write", ()):
            self._write(world.domains[name])
        if "run" in step:
            self._by_hand(step["run"])
        if "manifest" not in step:
            return ()
        return (*self._applied(step["manifest"], world), *self._dead())

    def _by_hand(self, lines: str) -> None:
        done = "done by hand"
        try:
            self._host.shell(lines)
        except AssertionError:  # a step that makes no sense after others were left out
            done = "failed by hand"
        self._report.counts[done] += 1
        self._host.daemon.start()

    def _write(self, domain: DomainFacts) -> None:
        """What cannot be written to, since others use the image, is left as it is."""
        number = next(self._fresh)
        byte, offset = number % BYTES + 1, (number % BLOCKS + 1) * content.BLOCK
        for target in domain.writable:
            if not domain.disks[target].transient:
                with suppress(LabError, libvirt.libvirtError):
                    content.write(self._host.domains[domain.name], target, byte, offset)

    def _applied(self, manifests: Sequence[Words], world: World) -> tuple[str, ...]:
        paths = written(manifests, self._host)
        try:
            applied = apply(paths, self._host, world, self._reader)
        except ManifestError:  # a tree that can be drawn, but not declared
            self._report.counts["no manifest"] += 1
            return ()
        except ReconcileError as error:
            return (f"plan ended with {type(error).__name__}: {error}",)
        self._report.counts += applied.counts
        if self._tries and not applied.disagreements:
            refused = [plan for plan in applied.plans if plan.refusals]
            after = look(self._host, self._reader)
            self._report.tried = try_refused(refused, self._host, after, self._reader)
        return applied.disagreements

    def _dead(self) -> Iterator[str]:
        if not self._host.daemon.is_alive or self._host.daemon.pid != self._pid:
            yield "libvirtd died"

    def _not_starting(self, world: World) -> Iterator[str]:
        for name, domain in world.domains.items():
            if startable(domain, world):
                try:
                    self._host.starts(name)
                except libvirt.libvirtError as error:
                    yield f"{name} does not start: {error}"


def startable(domain: DomainFacts, world: World) -> bool:
    """Whether nobody took away by hand what the domain needs to start."""
    needed = (d.target for d in domain.disks.values() if d.place and d.policy != "optional")
    return all(is_readable(world.contents[now(domain.name, target)]) for target in needed)
