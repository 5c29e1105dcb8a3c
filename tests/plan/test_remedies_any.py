"""Every way out of every refusal over random domains and declarations, followed to its end.

Nothing is chosen by hand here: what an administrator may have done before, what somebody then
declares, and which refusals that meets are all drawn.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from reconcile.model.desired import DesiredTree
from reconcile.model.host import Host
from reconcile.model.plan import Refusal
from reconcile.model.way_out import Way, WayOut
from tests.harness.identity import HERE
from tests.plan.follower import followed
from tests.plan.situations import Situation
from tests.properties.profile import examples
from tests.properties.wishes import marked, ownerships, wishes
from tests.properties.worlds import worlds

LONGEST = 10  # ways from the first refusal to a legal plan


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """A domain that somebody used, and what somebody else declares for it."""
    world = draw(worlds())
    observed = marked(draw(ownerships(world.now)))
    desired = writable(draw(wishes(observed)))
    return Situation.of(desired, observed, Host(HERE, world.host))


def writable(desired: DesiredTree) -> DesiredTree:
    """The declaration without what no manifest may say: names both declared and ignored."""
    names = {name for each in desired.snapshots for name in (each.name, each.renamed_from) if name}
    left = () if names.intersection("ABC") else desired.ignore
    forget = tuple(name for name in desired.forget if name not in names)
    return replace(desired, ignore=left, forget=() if left else forget)


@examples(50)
@given(situations())
def test_every_way_out_of_any_refusal_leads_out(situation: Situation) -> None:
    with TemporaryDirectory() as folder:
        for refusal in situation.planned(Path(folder)).refusals:
            assert refusal.ways
            for way in refusal.ways:
                if way.way is not Way.NONE:
                    Chain(situation, Path(folder)).follow(refusal, way)


class Chain:
    """One way out, and of each refusal that it meets the first that was not taken before."""

    def __init__(self, now: Situation, folder: Path) -> None:
        self.now = now
        self.folder = folder
        self.trail: list[tuple[Refusal, WayOut]] = []

    def follow(self, refusal: Refusal, way: WayOut) -> None:
        """Take the way, and those that are open after it, until the plan is legal."""
        self._take(refusal, way)
        while True:
            refusals = self.now.planned(self.folder).refusals
            assert not any(map(self._stays, refusals)), f"{self} changes nothing"
            step = next(self._open(refusals), None)
            if step is None:
                return
            refusal, left = step
            assert left, f"{self} leads back to: {refusal.message}"
            assert len(self.trail) < LONGEST, f"{self} does not end"
            self._take(refusal, left[0])

    def _take(self, refusal: Refusal, way: WayOut) -> None:
        self.trail.append((refusal, way))
        self.now = followed(way, refusal.snapshot, self.now)

    def _stays(self, refusal: Refusal) -> bool:
        """Whether it is the one that the last way was to lift, and offers that way again."""
        last, way = self.trail[-1]
        same = (refusal.code, refusal.snapshot) == (last.code, last.snapshot)
        return same and refusal.message == last.message and way in refusal.ways

    def _open(self, refusals: Iterable[Refusal]) -> Iterator[tuple[Refusal, list[WayOut]]]:
        """Each refusal that has ways out, and those of them that were not taken yet."""
        for each in refusals:
            if each.ways[0].way is not Way.NONE:
                yield each, [way for way in each.ways if (name(each), way) not in self._taken()]

    def _taken(self) -> list[tuple[str, WayOut]]:
        return [(name(refusal), way) for refusal, way in self.trail]

    def __str__(self) -> str:
        ways = (f"{name(r)} [{r.message}]: {w.way}: {w.words}" for r, w in self.trail)
        return " -> ".join(ways)


def name(refusal: Refusal) -> str:
    return f"{refusal.code} {refusal.snapshot}"
