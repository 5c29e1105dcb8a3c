"""The shared options as the planner's `Selection`, and the level of detail to show."""

from dataclasses import dataclass
from pathlib import Path

from reconcile.fleet.targets import Selection
from reconcile.model.hazard import Hazard
from reconcile.render.plan_text import Detail


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionOptions:
    """As click hands them over."""

    targets: tuple[str, ...]
    excludes: tuple[str, ...]
    allow: tuple[str, ...]
    allow_paths: tuple[Path, ...]
    why: bool
    show_xml: bool

    @property
    def selection(self) -> Selection:
        """What the planner is told; directories are made absolute."""
        paths = tuple(str(path.absolute()) for path in self.allow_paths)
        return Selection(self.targets, self.excludes, frozenset(map(Hazard, self.allow)), paths)

    @property
    def detail(self) -> Detail:
        """What the reader is shown of each step."""
        return Detail(self.why, self.show_xml)
