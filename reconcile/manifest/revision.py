"""The git commit a manifest comes from: written into marks, so that a host tells where from."""

import subprocess
from functools import cache
from pathlib import Path

SECONDS = 5  # git answers at once, or hangs on a dead mount


def revision_of(file: str) -> str | None:
    """A short commit, with "-dirty" where the work tree differs; None outside a repository."""
    return _revision(Path(file).absolute().parent)


@cache
def _revision(folder: Path) -> str | None:
    command = ("git", "-C", str(folder), "describe", "--always", "--dirty", "--exclude=*")
    try:
        done = subprocess.run(  # noqa: S603 - fixed words, and a folder that exists
            command, capture_output=True, text=True, timeout=SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None
