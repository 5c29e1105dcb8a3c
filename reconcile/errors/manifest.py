"""Errors of what git declares: manifests and the dumps that they name."""

from dataclasses import dataclass

from reconcile.errors.base import ReconcileError
from reconcile.model.desired import Position

SHOWN = 100  # problems of manifests; nobody reads more in one go
PROBLEM_LIMIT = 1_000  # problems of manifests, beyond which no more are looked for


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
    """One or more wrong manifests; holds the first problems, in file order.

    `complete` is false where the search for problems was ended because there are so many.
    """

    where = "the manifests"

    def __init__(self, problems: tuple[Problem, ...], *, complete: bool = True) -> None:
        count = "1 problem" if len(problems) == 1 else f"{len(problems):,} problems"
        known = count if complete else f"at least {count}"
        shown = f", of which the first {SHOWN} are shown" if len(problems) > SHOWN else ""
        remedy = "correct them first: nothing was changed"
        super().__init__(f"{known} in {self.where}{shown}", remedy)
        self.problems = problems[:SHOWN]


class HostsFileError(ManifestError):
    """The hosts file is wrong; holds its problems in their order."""

    where = "the hosts file"


class DumpFileError(ReconcileError):
    """A full dump named by `redefine-from` that is missing, or changed since the plan was made."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(f"{file}: {what}", "restore the file, then plan again")
