"""The libvirt releases the lab can run, and where each of them lives.

First module of the lab: all others take a `Release` and ask it for its folder. A release other than
the machine's own is a Debian system in a folder, put there by `tests.lab.build`.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

Version = tuple[int, int, int]

STAMP: Final = "lab-packages.txt"
"""File in a built folder that lists its packages; a folder without it is not finished."""
PACKAGES: Final = (
    "libvirt-daemon",
    "libvirt-daemon-driver-qemu",
    "libvirt-daemon-driver-secret",
    "libvirt-daemon-driver-storage",
    "qemu-system-x86",
    "qemu-utils",
)
"""What a built folder holds; one that was built before some of it was asked for is built anew."""


@dataclass(frozen=True, slots=True)
class Suite:
    """A Debian suite, and the debootstrap script that can install it."""

    name: str
    script: str


@dataclass(frozen=True, slots=True)
class Release:
    """One libvirt to test against; without a suite it is the machine's own installation."""

    name: str
    suite: Suite | None
    at_least: Version
    """The libvirt version this release has, or a later one where the suite still moves."""

    @property
    def base(self) -> Path:
        """The folder whose programs are run; `/` for the machine's own."""
        return Path("/") if self.suite is None else lab_dir() / self.name

    @property
    def is_built(self) -> bool:
        """Whether its folder is there, finished, and holds all packages."""
        if self.suite is None:
            return True
        stamp = self.base / STAMP
        listed = stamp.read_text("utf-8").split() if stamp.is_file() else []
        return set(PACKAGES) <= {word.partition(":")[0] for word in listed}


OWN: Final = Release("own", None, (9, 0, 0))
TRIXIE: Final = Release("trixie", Suite("trixie", "trixie"), (11, 3, 0))
FORKY: Final = Release("forky", Suite("forky", "sid"), (12, 8, 0))
RELEASES: Final = (OWN, TRIXIE, FORKY)


def lab_dir() -> Path:
    """Where built releases are kept: `RECONCILE_LAB_DIR`, or the cache folder of this user."""
    told = os.environ.get("RECONCILE_LAB_DIR")
    if told:
        return Path(told).absolute()
    if is_root():
        return Path("/var/cache/reconcile-lab")
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "reconcile-lab"


def is_root() -> bool:
    return os.geteuid() == 0


def possible() -> tuple[Release, ...]:
    """The releases this user can run: only root may enter another system's folder."""
    return RELEASES if is_root() else (OWN,)


def wanted() -> tuple[Release, ...]:
    """The releases to test: the possible ones, but in CI all, so that none is missed in silence."""
    return RELEASES if os.environ.get("CI") == "true" else possible()
