"""The demo's folder, and the process that clears it away should the demo be killed hard.

A signal that cannot be caught leaves nobody to tidy up: a user's libvirtd would go on for ever. So
a second process waits for the end of the first, and is ended by it when all has gone well.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.lab import rundir

POLL_SECONDS: Final = 0.05
ATTEMPTS: Final = 100


@contextmanager
def kept_folder() -> Iterator[Path]:
    """A new folder for all that the demo and its lab write; gone afterwards in any case."""
    # A short name: sockets end up in there, and their paths have little room.
    folder = Path(tempfile.mkdtemp(prefix=""))
    tempfile.tempdir = str(folder)  # where the lab makes its run folders
    command = (sys.executable, "-m", __spec__.name, str(os.getpid()), str(folder))
    keeper = subprocess.Popen(command, start_new_session=True)  # noqa: S603 - this module itself
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
        keeper.kill()
        keeper.wait()


def keep(demo: int, folder: Path) -> None:
    """Wait until the parent process has ended, then remove its folder and all that runs there."""
    while os.getppid() == demo:
        time.sleep(POLL_SECONDS)
    tempfile.tempdir = str(folder)
    for _ in range(ATTEMPTS):
        if not folder.exists():
            return
        # A daemon that is dying may still add a file.
        rundir.sweep()
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(POLL_SECONDS)


if __name__ == "__main__":
    keep(int(sys.argv[1]), Path(sys.argv[2]))
