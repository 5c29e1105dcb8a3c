"""Where one daemon lives: a namespace as root, a plain session otherwise.

`Daemon` starts and kills libvirtd without knowing which; `content` runs the release's own image
tools through `enter`. The two kinds differ in how they are entered and in how they end.
"""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.lab import root, rundir
from tests.lab.errors import LabError
from tests.lab.releases import Release, is_root
from tests.lab.rundir import RunDir

PATH: Final = "/usr/sbin:/usr/bin:/sbin:/bin"
NAMESPACES: Final = ("--mount", "--pid", "--net", "--ipc", "--uts")
ISOLATED: Final = ("unshare", *NAMESPACES, "--propagation=private", "--fork", "--kill-child")
# The first process says its pid as seen from outside, then waits for the end of its input: the
# kernel closes that however the test run ends, and with the first process the namespace is gone.
HOLD: Final = """\
ip link set lo up
read -r pid rest </proc/self/stat
echo "$pid"
exec tini -- cat
"""
# Else the first QEMU starts a virtlogd, which outlives the session by two minutes.
SESSION_QEMU_CONF: Final = 'stdio_handler = "file"\n'
END_SECONDS: Final = 20
SWITCH: Final = "RECONCILE_LAB"
OFF: Final = "off"
"""Value of the variable `RECONCILE_LAB` that keeps every daemon from being started."""


@dataclass(frozen=True, slots=True)
class Namespace:
    """A root folder and processes that nothing outside shares, held together by one process."""

    run_dir: RunDir
    holder: subprocess.Popen[str]
    init: int
    """The holder's first process, as a pid of this machine."""

    @property
    def root(self) -> Path:
        """The daemon's root folder, as everybody sees it."""
        return self.run_dir.path / "root"

    @property
    def uri(self) -> str:
        """The connection URI, for anybody on this machine."""
        return f"qemu+unix:///system?socket={self.root}/run/libvirt/libvirt-sock"

    @property
    def outside(self) -> Path:
        """The folder of the daemon's own files, as everybody sees it."""
        return self.root

    @property
    def inside(self) -> Path:
        """The same folder as the daemon sees it."""
        return Path("/")

    @property
    def environ(self) -> Mapping[str, str]:
        """The whole environment of what runs in here."""
        return {"PATH": PATH, "LANG": "C.UTF-8", "HOME": "/root"}

    def enter(self, command: Sequence[str]) -> tuple[str, ...]:
        """The command that runs `command` in here."""
        inside = ("nsenter", f"--target={self.init}", *NAMESPACES, "--", "chroot", str(self.root))
        return (*inside, *command)

    def close(self) -> None:
        """End all that runs in the namespace, with its mounts, and remove its files."""
        with self.holder:  # closes its input, which ends it, and waits
            pass
        self.run_dir.close()


@dataclass(frozen=True, slots=True)
class Session:
    """A user's own daemon, with all of libvirt's per-user folders in the run folder."""

    run_dir: RunDir

    @property
    def uri(self) -> str:
        """The connection URI, for anybody on this machine."""
        return f"qemu+unix:///session?socket={self.run_dir.path}/r/libvirt/libvirt-sock"

    @property
    def outside(self) -> Path:
        """The folder of the daemon's own files, as everybody sees it."""
        return self.run_dir.path

    @property
    def inside(self) -> Path:
        """The same folder: a session is not set apart."""
        return self.run_dir.path

    @property
    def environ(self) -> Mapping[str, str]:
        """The whole environment of what runs in here."""
        names = {"XDG_RUNTIME_DIR": "r", "XDG_CONFIG_HOME": "c", "XDG_CACHE_HOME": "k", "HOME": "h"}
        folders = {name: str(self.run_dir.path / folder) for name, folder in names.items()}
        return {"PATH": PATH, "LANG": "C.UTF-8", **folders}

    def enter(self, command: Sequence[str]) -> tuple[str, ...]:
        """The command that runs `command` in here: itself."""
        return tuple(command)

    def close(self) -> None:
        """End the daemon and its QEMUs by their pids, and remove their files."""
        rundir.end_processes(self.run_dir.path)
        self.run_dir.close()


Cell = Namespace | Session


def create(release: Release) -> Cell:
    """A cell for a daemon of this release. Raises `LabError` when the machine cannot have it."""
    if os.environ.get(SWITCH) == OFF:
        raise LabError(f"{SWITCH}={OFF}: a test that starts libvirtd has to be marked `lab`")
    if release.suite is not None and not is_root():
        raise LabError(f"{release.name} needs root: only the machine's own libvirt runs as a user")
    if not release.is_built:
        raise LabError(f"{release.name} is not at {release.base}: run python -m tests.lab build")
    return _namespace(release) if is_root() else _session()


def _namespace(release: Release) -> Namespace:
    run_dir = rundir.create()
    folder = run_dir.path / "root"
    root.prepare(folder, release.base, run_dir.data)
    arguments = (str(folder), str(release.base), str(run_dir.data))
    holder = subprocess.Popen(
        (*ISOLATED, "sh", "-c", root.MOUNT + HOLD, "sh", *arguments),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    return Namespace(run_dir, holder, _first_process(holder, run_dir))


def _first_process(holder: subprocess.Popen[str], run_dir: RunDir) -> int:
    assert holder.stdout is not None  # it is a pipe
    said = holder.stdout.readline().strip()
    if said.isdigit():
        return int(said)
    complaint = said + holder.communicate(timeout=END_SECONDS)[0]
    run_dir.close()
    raise LabError(f"cannot make a namespace for {run_dir.path}: {complaint.strip()}")


def _session() -> Session:
    session = Session(rundir.create())
    for variable in ("XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "HOME"):
        Path(session.environ[variable]).mkdir(mode=0o700)
    config = Path(session.environ["XDG_CONFIG_HOME"], "libvirt", "qemu.conf")
    config.parent.mkdir()
    config.write_text(SESSION_QEMU_CONF, encoding="utf-8")
    return session
