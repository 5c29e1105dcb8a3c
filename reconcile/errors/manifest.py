"""Errors of what git declares: manifests and the dumps that they name."""

from dataclasses import dataclass

from reconcile.errors.base import ReconcileError
from reconcile.model.desired import Position


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a manifest. `path` is the key path, e.g. `snapshots[2].disks.vda`."""

    position: Position
    path: str
    message: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.position}: {self.path}" if self.path else str(self.position)
        return f"{where}: {self.message}\n    {self.remedy}"


class ManifestError(ReconcileError):
    """One or more manifests are wrong; holds every problem found, in file order."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__(f"{count} in the manifests", "correct them first: nothing was changed")
        self.problems = problems


class DumpFileError(ReconcileError):
    """A full dump named by `redefine-from` is not there, or not what was planned with."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(f"{file}: {what}", "restore the file, then plan again")
