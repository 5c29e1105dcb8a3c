"""Builds the releases that are not the machine's own, each as a Debian system in a folder.

Run by hand or by CI before the tests (`python -m tests.lab build`); the tests themselves only use
what is there. Two steps, since debootstrap's own resolver cannot order packages that must be
configured before others are unpacked: debootstrap makes the minimal system, its apt adds the rest.
"""

import shutil
import subprocess
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from filelock import FileLock

from tests.lab.errors import LabError
from tests.lab.releases import PACKAGES, STAMP, Release, Suite, lab_dir

# A mount namespace of its own, so that /proc of a half-built folder goes away whatever happens.
PRIVATE_MOUNTS: Final = ("unshare", "--mount", "--propagation", "private")
IN_FOLDER: Final = (
    'mount -t proc proc "$1/proc" && root=$1 && shift &&'
    ' DEBIAN_FRONTEND=noninteractive exec chroot "$root" "$@"'
)
# A frozen mirror serves an index past its date. Its signature is verified all the same; debootstrap
# never looks at the date, and nothing of this system ever serves anyone.
STALE_INDEX_IS_FINE: Final = ("-o", "Acquire::Check-Valid-Until=false")
LOG_LINES: Final = 20


def build(release: Release) -> bool:
    """Build a release unless it is there already; says whether it had to.

    Raises `LabError` with the end of the log when a step fails; nothing half-built is left.
    """
    if release.suite is None or release.is_built:
        return False
    lab_dir().mkdir(parents=True, exist_ok=True)
    with FileLock(lab_dir() / f"{release.name}.lock"):
        return _build_if_missing(release, release.suite)


def _build_if_missing(release: Release, suite: Suite) -> bool:
    # Asked again under the lock: another run may have built it while this one waited.
    if release.is_built:
        return False
    build_atomically(release.base, partial(_install, suite))
    return True


def build_atomically(target: Path, install: Callable[[Path, Path], None]) -> None:
    """Let `install` fill a new folder, given that and a log; only when it is done, it is there."""
    new = target.with_name(f"{target.name}.new")
    _remove(new)
    _remove(target)
    try:
        install(new, target.with_name(f"{target.name}.log"))
        new.rename(target)
    except BaseException:
        _remove(new)
        raise


def _install(suite: Suite, folder: Path, log: Path) -> None:
    log.unlink(missing_ok=True)
    run_logged(log, (*PRIVATE_MOUNTS, *_debootstrap(suite, folder)))
    _keep_services_down(folder)
    for command in _additions():
        run_logged(log, (*PRIVATE_MOUNTS, "sh", "-c", IN_FOLDER, "sh", str(folder), *command))
    shutil.rmtree(folder / "var/lib/apt/lists")
    _write_stamp(folder)


def _debootstrap(suite: Suite, folder: Path) -> tuple[str, ...]:
    # An empty mirror means the script's default: what a machine that is not Debian needs.
    where = (suite.name, str(folder), _own_mirror() or "", suite.script)
    return ("debootstrap", "--force-check-gpg", "--variant=minbase", *where)


def _additions() -> tuple[tuple[str, ...], ...]:
    install = ("apt-get", "install", "--yes", "--no-install-recommends", *PACKAGES)
    return (("apt-get", *STALE_INDEX_IS_FINE, "update"), install, ("apt-get", "clean"))


def _keep_services_down(folder: Path) -> None:
    policy = folder / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")
    policy.chmod(0o755)


def _own_mirror() -> str | None:
    """The mirror of Debian's main archive that this machine's apt uses, if it has one."""
    fields = "$(ORIGIN)|$(LABEL)|$(REPO_URI)"
    command = ("apt-get", "indextargets", "--format", fields, "Created-By: Packages")
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rows = (line.split("|", 2) for line in listed.splitlines())
    return next((uri for origin, label, uri in rows if (origin, label) == ("Debian",) * 2), None)


def _write_stamp(folder: Path) -> None:
    query = ("dpkg-query", "--show", f"--admindir={folder}/var/lib/dpkg")
    listed = subprocess.run(query, check=True, capture_output=True, text=True).stdout
    (folder / STAMP).write_text(listed, encoding="utf-8")


def run_logged(log: Path, command: Sequence[str]) -> None:
    """Run a command with its output in a log. Raises `LabError` with the end of that."""
    with log.open("a", encoding="utf-8") as out:
        done = subprocess.run(command, stdout=out, stderr=out, check=False)
    if done.returncode:
        tail = "\n".join(log.read_text(encoding="utf-8").splitlines()[-LOG_LINES:])
        what = f"{' '.join(command)} ended with {done.returncode}"
        raise LabError(f"cannot build the lab: {what}; see {log}\n{tail}")


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
