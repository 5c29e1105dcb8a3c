"""Plan files written: the whole file or none, readable by its owner only."""

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from reconcile.errors import PlanWriteError
from reconcile.model.plan import Plan
from reconcile.planfile.encode import encode
from reconcile.planfile.shapes import LONGEST


def require_writable(path: Path) -> None:
    """Raise PlanWriteError where no plan can be saved, before a long one is made in vain."""
    try:
        objection = _objection(path.resolve()) or ("it is a link" if path.is_symlink() else None)
    except (OSError, RuntimeError) as error:  # a link that leads to itself, a name too long
        objection = f"it cannot be looked at: {error}"
    if objection:
        raise PlanWriteError(str(path), objection)


def _objection(target: Path) -> str | None:
    """Why no plan can be moved into this place: a device would be a regular file from then on."""
    if not target.parent.is_dir():
        return "its directory does not exist"
    if target.exists() and not target.is_file():
        return "it is no regular file"
    if target.exists() and _own_output(target):
        return "it is where this command's own output goes"
    if not os.access(target.parent, os.W_OK | os.X_OK):
        return "its directory is not writable for this user"
    return None


def _own_output(target: Path) -> bool:
    """/dev/stdout while it is redirected into a file, or that file by its name."""
    for number in (1, 2):
        with suppress(OSError):
            if os.path.samestat(target.stat(), os.fstat(number)):
                return True
    return False


def save(plan: Plan, path: Path) -> None:
    """Write the plan beside `path` with mode 0600, then move it into place."""
    text = json.dumps(encode(plan, uuid4().hex), indent=2) + "\n"
    if len(text) > LONGEST:  # in ASCII, each character is a byte
        what = f"the plan is larger than {LONGEST // 2**20} MiB, and would not be read again"
        raise PlanWriteError(str(path), what)
    try:
        target = path.parent.resolve() / path.name
        made = _written(text, target.parent)
        try:
            made.replace(target)
        except OSError:
            made.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise PlanWriteError(str(path), f"it cannot be written: {error.strerror}") from error


def _written(text: str, folder: Path) -> Path:
    """A new file with all of the text on the disk, or none."""
    with tempfile.NamedTemporaryFile("w", dir=folder, delete=False) as file:
        made = Path(file.name)
        try:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            made.unlink(missing_ok=True)
            raise
    return made
