"""The edits of a manifest that accept what a host holds, one finding of drift after the other."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reconcile.manifest.edits import (
    Edit,
    MoveEntry,
    RemoveEntry,
    RemoveKey,
    SetKey,
)
from reconcile.model.desired import DesiredTree
from reconcile.model.domain import Domain
from reconcile.model.drift import Drift, DriftKind, Origin

_FIRST = (DriftKind.MISSING, DriftKind.MOVED)  # what is removed and moved; then what is changed


@dataclass(frozen=True, slots=True)
class Unacceptable:
    """A finding that no edit of a manifest makes go away, and why."""

    drift: Drift
    why: str


@dataclass(frozen=True, slots=True)
class Accepting:
    """What accepting the findings of one domain depends on.

    `plain_current`: the manifest writes `current` as a name alone, not as a mapping.
    """

    desired: DesiredTree
    observed: Domain
    plain_current: bool

    def edits(self, found: Iterable[Drift]) -> Iterator[tuple[Drift, Edit] | Unacceptable]:
        """Every edit with its finding, in the order to be made; what git alone changed is left."""
        told = [each for each in found if each.origin is not Origin.GIT]
        current = self.desired.current
        for each in told:
            if each.kind is DriftKind.MISSING and current and current.snapshot == each.snapshot:
                yield each, self._current()
        for each in sorted(told, key=lambda drift: drift.kind not in _FIRST):
            edit = self._edit(each)
            yield Unacceptable(each, edit) if isinstance(edit, str) else (each, edit)

    def _edit(self, drift: Drift) -> Edit | str:
        """The edit, or why there is none."""
        name = drift.snapshot
        if name is None or drift.field == "data" or drift.kind is DriftKind.DATA_MISSING:
            return "no manifest holds data: bring it back, or let go of the snapshot by `forget:`"
        match drift.kind:
            case DriftKind.MISSING:
                return RemoveEntry(name)
            case DriftKind.UNDECLARED:
                return SetKey(None, ("ignore",), (*self.desired.ignore, name))
            case DriftKind.MOVED if drift.field == "current":
                return self._current()
            case DriftKind.MOVED:
                return self._moved(name, drift.observed)
            case _:
                return self._changed(name, drift)

    def _current(self) -> Edit:
        """To the current snapshot of the host, or to none where that one is not declared."""
        there = self.observed.tree.current
        if there is None or not self._declared(there):
            return RemoveKey(None, ("current",))
        return SetKey(None, ("current",) if self.plain_current else ("current", "snapshot"), there)

    def _moved(self, name: str, parent: str | None) -> Edit | str:
        if parent is not None and not self._declared(parent):
            return f"it hangs on {parent} now, which is not declared"
        return MoveEntry(name, parent)

    def _declared(self, name: str) -> bool:
        return any(each.name == name for each in self.desired.snapshots)

    def _changed(self, name: str, drift: Drift) -> Edit | str:
        head, _, key = drift.field.partition(".")
        value = drift.observed
        match head:
            case "owned":
                return "no manifest says whose it is: the next apply adopts it again"
            case "protect":
                return SetKey(name, (head,), value == "true")
            case "description":
                return SetKey(name, (head,), value or "")
            case "labels" if value is None:
                return RemoveKey(name, (head, key))
            case _:
                return SetKey(name, (head, key) if key else (head,), value or "none")
