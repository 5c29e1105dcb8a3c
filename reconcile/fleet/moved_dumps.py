"""Full dumps moved to another host by `--map`, as files in the state directory for one run.

A dump holds secrets: a moved one is for its owner alone, and goes when the run has ended, unless
`resume` may need it.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from reconcile.errors import DumpFileError, HostXmlError, StateError
from reconcile.files.secret_folder import write_secret
from reconcile.journal.state_dir import make_private
from reconcile.journal.store import Store
from reconcile.libvirt.xml.moved_dump import moved_dump
from reconcile.model.desired import DesiredSnapshot, DesiredTree
from reconcile.observe.dumps import dump_text


@dataclass(slots=True)
class Moves:
    """What `--map` says, and the folder in which moved dumps lie; `kept` leaves them there."""

    path_map: tuple[tuple[str, str], ...]
    folder: Path
    made: list[Path] = field(default_factory=list)
    kept: bool = False

    def tree(self, tree: DesiredTree) -> DesiredTree:
        """A declared tree with its dumps moved; one that cannot be read is left to be refused."""
        return replace(tree, snapshots=tuple(map(self._entry, tree.snapshots)))

    def _entry(self, entry: DesiredSnapshot) -> DesiredSnapshot:
        if entry.redefine_from is None:
            return entry
        try:
            text = moved_dump(dump_text(entry.redefine_from), self.path_map)
        except (DumpFileError, HostXmlError):
            return entry
        name = hashlib.sha256(text.encode()).hexdigest()[:32]
        return replace(entry, redefine_from=str(self._written(self.folder / f"{name}.xml", text)))

    def _written(self, path: Path, text: str) -> Path:
        """A file named by its content: one that is there already holds the same."""
        try:
            make_private(self.folder)
            with suppress(FileExistsError):
                write_secret(path, text)
                self.made.append(path)
        except OSError as error:
            raise StateError(str(path), error.strerror or str(error)) from error
        return path


@contextmanager
def moves(path_map: tuple[tuple[str, str], ...], directory: Path | None) -> Iterator[Moves | None]:
    """The moves of a run, whose files are removed at its end; None where nothing is moved.

    `directory` is the state directory, None for that of this user.
    """
    if not path_map:
        yield None
        return
    moving = Moves(path_map, Store(directory).directory / "dumps")
    try:
        yield moving
    finally:
        for path in () if moving.kept else moving.made:
            path.unlink(missing_ok=True)
