"""The plans that are hit: what there is before, and what shall be."""

from dataclasses import dataclass
from typing import Literal

State = Literal["shutoff", "running"]


@dataclass(frozen=True, slots=True)
class Stage:
    """A domain in a state, the entries that it has, and those that are declared then.

    `steps` and `calls`: how many its plan takes. `reverts`: the guest's disks go back meanwhile;
    libvirt before 9.9 cannot do that with external snapshots.
    """

    name: str
    state: State
    before: str
    after: str
    steps: int = 2
    calls: int = 2
    reverts: bool = False

    @property
    def external(self) -> bool:
        """Whether its snapshots are overlays."""
        return "external" in self.before

    @property
    def records(self) -> int:
        """How many lines the journal of its apply has: three, and two for every step."""
        return 3 + 2 * self.steps


def _entry(name: str, rest: str = "", children: str = "") -> str:
    below = f", children: [{children}]" if children else ""
    return f"{{name: {name}{rest}{below}}}"


IN = ", disks: {vda: internal, vdb: internal}"
OUT = ", memory: none, disks: {vda: external, vdb: external}"
FULL = ", memory: external, disks: {vda: external, vdb: external}"
SAID = ", description: now declared"

STAGES = (
    Stage(
        "make-internal",
        "shutoff",
        _entry("a", IN),
        _entry("a", IN + SAID, _entry("b", IN)),
        calls=3,
    ),
    Stage(
        "make-external",
        "shutoff",
        _entry("a", OUT),
        _entry("a", OUT + SAID, _entry("b", OUT)),
        calls=3,
    ),
    Stage(
        "save-internal",
        "running",
        _entry("a", IN),
        _entry("a", IN + SAID, _entry("b", IN)),
        calls=3,
    ),
    Stage(
        "save-external",
        "running",
        _entry("a", OUT),
        _entry("a", OUT + SAID, _entry("b", FULL)),
        calls=3,
    ),
    Stage(
        "disks-running",
        "running",
        _entry("a", OUT),
        _entry("a", OUT + SAID, _entry("b", OUT)),
        calls=3,
    ),
    Stage("drop-internal", "shutoff", _entry("a", IN, _entry("b", IN)), _entry("a", IN + SAID)),
    Stage("drop-running", "running", _entry("a", IN, _entry("b", IN)), _entry("a", IN + SAID)),
    Stage("merge-off", "shutoff", _entry("a", OUT, _entry("b", OUT)), _entry("a", OUT + SAID)),
    Stage("merge-running", "running", _entry("a", OUT, _entry("b", OUT)), _entry("a", OUT + SAID)),
    Stage("merge-middle", "running", _entry("a", OUT, _entry("b", OUT)), _entry("b", OUT)),
    Stage(
        "branch-external",
        "shutoff",
        _entry("a", OUT, _entry("b", OUT)),
        _entry("a", OUT + SAID, f"{_entry('b', OUT)}, {_entry('c', OUT)}"),
        steps=3,
        calls=4,
        reverts=True,
    ),
    Stage(
        "branch-internal",
        "running",
        _entry("a", IN, _entry("b", IN)),
        _entry("a", IN + SAID, f"{_entry('b', IN)}, {_entry('c', IN)}"),
        steps=3,
        calls=4,
        reverts=True,
    ),
)
