"""Where something goes wrong: every place that can fail asks here, and one of them is chosen."""

from dataclasses import dataclass, field


class Crash(BaseException):
    """The tool is gone, as after SIGKILL: nothing of it runs any more, not even a finally."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The n-th place that was asked about, and which of its ways to fail."""

    place: int
    way: str

    def __str__(self) -> str:
        return f"{self.way} at place {self.place}"


@dataclass(slots=True)
class Faults:
    """Counts the places; without a fault it lists them all for the runs to come."""

    chosen: Fault | None = None
    seen: list[Fault] = field(default_factory=list)
    _place: int = 0

    def at(self, *ways: str) -> str | None:
        """The way in which this place fails now, None where all goes well."""
        self._place += 1
        self.seen.extend(Fault(self._place, way) for way in ways)
        if self.chosen is None or self.chosen.place != self._place:
            return None
        return self.chosen.way
