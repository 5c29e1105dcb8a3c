"""Which fault hits which plan, and how it is recovered: all of it decided by one number."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from tests.chaos.faults import (
    AtRecord,
    BeforeCall,
    Cut,
    CutPower,
    Deny,
    Fault,
    FillDisk,
    InCall,
    KillDaemon,
    KillGuest,
    KillTool,
    Moment,
    MoveImage,
    SecondWriter,
)
from tests.chaos.stages import STAGES, Stage

Way = Literal["resume", "rollback"]
WAYS: Final[tuple[Way, Way]] = ("resume", "rollback")
DELAYS: Final = (0.0, 0.003, 0.008, 0.015, 0.03, 0.06, 0.2)
LATE: Final = (0.01, 0.012, 0.014, 0.016, 0.018, 0.02, 0.022, 0.024, 0.026, 0.028)
"""In a delete of running disks, after QEMU has moved one and before libvirtd has written it."""
ROOM_KIB: Final = (0, 4, 64, 128, 256, 1024, 4096)
KINDS: Final = (FillDisk, MoveImage, Deny, SecondWriter, Cut)


@dataclass(frozen=True, slots=True)
class Case:
    """One fault, in one stage, and the command that shall settle it."""

    stage: Stage
    fault: Fault
    way: Way

    @property
    def kind(self) -> str:
        """The fault's name."""
        return type(self.fault).__name__


def case(seed: int) -> Case:
    """Of four seeds three kill something, every point once before any comes twice."""
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    if seed % 4 == 3:
        return _hindrance(rng, KINDS[seed // 4 % len(KINDS)])
    number = seed - seed // 4
    if number < len(KILLS):
        stage, fault = KILLS[number]
        return Case(stage, fault, WAYS[seed % 2])
    return Case(*rng.choice(KILLS), rng.choice(WAYS))


def tool_case(seed: int) -> Case:
    """The tool alone is killed: quick, and settled on every release."""
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    stage = STAGES[seed % len(STAGES)]
    moments: list[Moment] = [
        *_records(stage),
        *(InCall(n, rng.choice(DELAYS)) for n in _calls(stage)),
    ]
    return Case(stage, KillTool(rng.choice(moments)), rng.choice(WAYS))


def _hindrance(rng: random.Random, kind: type[Fault]) -> Case:
    """A fault that stays until it is lifted, somebody else, or a cut."""
    stage = rng.choice(STAGES)
    moment, early = _moment(rng, stage), rng.random() < 0.5
    chosen: Fault
    if kind is FillDisk:
        chosen = FillDisk(moment, rng.choice(ROOM_KIB), early)
    elif kind is MoveImage:
        chosen = MoveImage(moment, rng.randrange(12), early)
    elif kind is Deny:
        chosen = Deny(moment, rng.choice(["folder", "image", "journal"]), rng.randrange(12), early)
    elif kind is SecondWriter:
        chosen = SecondWriter(moment, rng.randrange(1000))
    else:
        chosen = Cut(InCall(rng.choice(_calls(stage)), rng.choice(DELAYS)), rng.random() < 0.6)
    return Case(stage, chosen, rng.choice(WAYS))


def _moment(rng: random.Random, stage: Stage) -> Moment:
    number = rng.choice(_calls(stage))
    where = rng.random()
    if where < 0.5:
        return BeforeCall(number)
    if where < 0.8:
        return InCall(number, rng.choice(DELAYS))
    return rng.choice(_records(stage))


def _kills() -> Iterator[tuple[Stage, Fault]]:
    """The tool at every record and in every call, all others, and the machine, in every call."""
    rng = random.Random(0)  # noqa: S311 - reproducible, not secret
    for stage in STAGES:
        for record in _records(stage):
            yield stage, KillTool(record)
        for number in _calls(stage):
            yield from ((stage, fault) for fault in _in_call(stage, number, rng))


def _in_call(stage: Stage, number: int, rng: random.Random) -> Iterator[Fault]:
    merges = stage.name in {"merge-running", "merge-middle"}
    late = LATE if merges and number == stage.calls else ()
    for seconds in rng.sample(DELAYS, 3):
        yield KillTool(InCall(number, seconds))
    for seconds in (*rng.sample(DELAYS, 3), *late):
        yield KillDaemon(InCall(number, seconds))
    for seconds in (*rng.sample(DELAYS, 2), *late[::3]):
        yield CutPower(InCall(number, seconds))
    if stage.state == "running":
        yield KillGuest(BeforeCall(number))
        for seconds in rng.sample(DELAYS, 3):
            yield KillGuest(InCall(number, seconds))


def _records(stage: Stage) -> list[AtRecord]:
    """Before and after every line of the journal."""
    numbers = range(1, stage.records + 1)
    return [AtRecord(number, written) for number in numbers for written in (False, True)]


def _calls(stage: Stage) -> list[int]:
    return list(range(1, stage.calls + 1))


def _shuffled() -> tuple[tuple[Stage, Fault], ...]:
    found = list(_kills())
    random.Random(1).shuffle(found)  # noqa: S311 - a short run shall see something of all
    return tuple(found)


KILLS: Final = _shuffled()
EVERY: Final = len(KILLS) * 4 // 3
"""So many seeds, from 0, hold every kill once."""

_BY_NAME: Final = {stage.name: stage for stage in STAGES}
SAMPLE: Final = (
    Case(_BY_NAME["make-internal"], KillDaemon(InCall(1, 0.02)), "resume"),
    Case(_BY_NAME["save-external"], KillGuest(InCall(1, 0.0)), "rollback"),
    Case(_BY_NAME["branch-internal"], KillGuest(BeforeCall(3)), "resume"),
    Case(_BY_NAME["merge-running"], CutPower(InCall(2, 0.016)), "resume"),
    Case(_BY_NAME["make-external"], FillDisk(BeforeCall(1), 64, early=True), "resume"),
    Case(_BY_NAME["merge-off"], MoveImage(BeforeCall(1), 0, early=False), "resume"),
    Case(_BY_NAME["save-external"], Deny(BeforeCall(1), "folder", 0, early=False), "rollback"),
    Case(_BY_NAME["drop-internal"], Deny(BeforeCall(2), "journal", 0, early=True), "resume"),
    Case(_BY_NAME["make-internal"], SecondWriter(BeforeCall(2), 1), "rollback"),
    Case(_BY_NAME["disks-running"], Cut(InCall(1, 0.02), again=True), "resume"),
    Case(_BY_NAME["drop-running"], Cut(InCall(1, 0.0), again=False), "rollback"),
)
"""One of each kind, for every test run."""
