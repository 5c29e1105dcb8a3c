"""Builds the guest's kernel and initramfs from Debian packages; `tests.lab.guest` boots them.

Run with the releases (`python -m tests.lab build`), out of trixie's folder: that is a Debian on
whatever machine, with an apt of its own and with the libraries that the agent needs.
"""

import hashlib
import shutil
from pathlib import Path
from typing import Final

from filelock import FileLock

from tests.lab.build import IN_FOLDER, PRIVATE_MOUNTS, build_atomically, run_logged
from tests.lab.releases import STAMP, TRIXIE, lab_dir

KERNEL: Final = "vmlinuz"
INITRAMFS: Final = "initramfs.cpio.gz"
RECIPE: Final = Path(__file__).with_name("initramfs")
WORK: Final = 'mount --bind "$1" "$2/mnt" && shift &&'
COLLECT: Final = "cd /mnt && exec sh recipe/collect.sh"


def folder() -> Path:
    """Where the built guest is kept, beside the releases."""
    return lab_dir() / "guest"


def is_built() -> bool:
    """Whether it is there, made by the recipe as it is now."""
    stamp = folder() / STAMP
    return stamp.is_file() and stamp.read_text(encoding="utf-8").splitlines()[0] == _recipe()


def build() -> bool:
    """Build the guest unless it is there already; says whether it had to.

    Trixie must have been built. Raises `LabError` with the end of the log when a step fails.
    """
    if is_built():
        return False
    with FileLock(lab_dir() / "guest.lock"):
        # Asked again under the lock: another run may have built it while this one waited.
        if is_built():
            return False
        build_atomically(folder(), _install)
    return True


def _install(new: Path, log: Path) -> None:
    log.unlink(missing_ok=True)
    shutil.copytree(RECIPE, new / "recipe")
    inside = ("sh", "-c", f"{WORK} {IN_FOLDER}", "sh", str(new), str(TRIXIE.base))
    run_logged(log, (*PRIVATE_MOUNTS, *inside, "sh", "-c", COLLECT))
    shutil.rmtree(new / "recipe")
    packages = new / "packages"
    listed = packages.read_text(encoding="utf-8")
    packages.unlink()
    (new / STAMP).write_text(f"{_recipe()}\n{listed}", encoding="utf-8")


def _recipe() -> str:
    """A digest of the recipe: what was built by another one is out of date."""
    texts = (file.read_bytes() for file in sorted(RECIPE.iterdir()))
    return f"recipe {hashlib.sha256(b''.join(texts)).hexdigest()}"
