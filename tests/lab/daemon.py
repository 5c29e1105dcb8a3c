"""One private libvirtd: started, killed, started again, and gone without a trace when closed.

The middle of the lab: below it is the cell it lives in, above it are domains and their content. Its
QEMUs belong to the cell, not to the daemon, so they outlive a kill of libvirtd as on a real host.
"""

import os
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self
from urllib.parse import parse_qs, urlsplit

import libvirt

from tests.lab import cell as cells
from tests.lab.cell import Cell
from tests.lab.errors import LabError
from tests.lab.releases import Release, Version

START_SECONDS: Final = 60
POLL_SECONDS: Final = 0.02
REVERTS_EXTERNAL: Final[Version] = (9, 9, 0)
"""The first version that reverts to external snapshots."""
LOG_LINES: Final = 25
COMMAND_SECONDS: Final = 120

CONFIG: Final = "libvirtd.conf"
LOG: Final = "libvirtd.log"
LIBVIRTD_CONF: Final = """\
listen_tls = 0
listen_tcp = 0
auth_unix_ro = "none"
auth_unix_rw = "none"
unix_sock_ro_perms = "0777"
unix_sock_rw_perms = "0700"
"""
LOGGING: Final = 'log_level = 3\nlog_outputs = "3:file:{log}"\n'


class Daemon:
    """A private libvirtd of one release. Use it as a context manager, or close it."""

    __slots__ = ("_pid", "_process", "cell", "release")

    def __init__(self, release: Release) -> None:
        """Prepare a daemon without starting it. Raises `LabError` when it cannot be had here."""
        self.release: Final = release
        self.cell: Final[Cell] = cells.create(release)
        self._process: subprocess.Popen[bytes] | None = None
        self._pid = 0
        self._configure()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def uri(self) -> str:
        """The connection URI, for anybody on this machine."""
        return self.cell.uri

    @property
    def socket_path(self) -> str:
        """The socket it listens on, for anybody on this machine."""
        return parse_qs(urlsplit(self.uri).query)["socket"][0]

    @property
    def data(self) -> Path:
        """A folder for disks, at the same path for the daemon and for the tests."""
        return self.cell.run_dir.data

    @property
    def log(self) -> Path:
        """The daemon's log of warnings and errors."""
        return self.cell.outside / LOG

    @property
    def pid(self) -> int:
        """The pid of libvirtd on this machine. Raises `LabError` when it is not running."""
        if not self.is_alive:
            raise LabError(f"libvirtd of {self.release.name} is not running, see {self.log}")
        return self._pid

    @property
    def is_alive(self) -> bool:
        """Whether libvirtd runs: it was started and has neither been killed nor crashed."""
        return self._process is not None and self._process.poll() is None

    @property
    def version(self) -> Version:
        """The version of libvirt the daemon says it has."""
        with self.connect() as connection:
            number = connection.getLibVersion()
        return number // 1_000_000, number // 1000 % 1000, number % 1000

    @property
    def reverts_external(self) -> bool:
        """Whether it reverts to external snapshots: libvirt 9.9 and newer do."""
        return self.version >= REVERTS_EXTERNAL

    def connect(self) -> libvirt.virConnect:
        """Open a new connection, a context manager. Raises `libvirtError`."""
        return libvirt.open(self.uri)

    def start(self) -> None:
        """Start libvirtd and wait until it serves. Raises `LabError` with the end of its log."""
        if self.is_alive:
            return
        config = str(self.cell.inside / CONFIG)
        command = self.cell.enter(("/usr/sbin/libvirtd", "--config", config))
        with self._output.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                env=self.cell.environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._wait_until_ready(self._process)
        self._pid = _listener(self.socket_path)

    def kill(self) -> None:
        """End libvirtd with SIGKILL, as a crash would; its QEMUs go on."""
        os.kill(self.pid, signal.SIGKILL)
        self._reap()

    def restart(self) -> None:
        """Kill libvirtd if it runs, and start it again. Raises `LabError`."""
        if self.is_alive:
            self.kill()
        self.start()

    def close(self) -> None:
        """End everything that runs in the cell and remove all its files."""
        self.cell.close()
        self._reap()

    def run(self, *command: str) -> str:
        """Run one of the release's own programs in the cell; its output. Raises `LabError`."""
        return run(self.cell.enter(command), dict(self.cell.environ))

    def virsh(self, *arguments: str) -> str:
        """Run the machine's own virsh on this daemon; its output. Raises `LabError`."""
        return run(("virsh", "--connect", self.uri, *arguments), {**os.environ, "LC_ALL": "C"})

    @property
    def _output(self) -> Path:
        return self.cell.run_dir.path / "libvirtd.out"

    def _configure(self) -> None:
        text = LIBVIRTD_CONF + LOGGING.format(log=self.cell.inside / LOG)
        (self.cell.outside / CONFIG).write_text(text, encoding="utf-8")

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if process.poll() is not None:
                raise self._failure(f"ended with {process.returncode}")
            if time.monotonic() > deadline:
                raise self._failure(f"does not answer after {START_SECONDS} s")
            time.sleep(POLL_SECONDS)

    def _answers(self) -> bool:
        if not Path(self.socket_path).exists():
            return False
        try:
            self.connect().close()
        except libvirt.libvirtError:
            return False
        return True

    def _failure(self, what: str) -> LabError:
        lines = [line for log in (self._output, self.log) for line in _lines(log)[-LOG_LINES:]]
        return LabError("\n".join([f"libvirtd of {self.release.name} {what}:", *lines]))

    def _reap(self) -> None:
        if self._process is not None:
            self._process.wait(cells.END_SECONDS)


def run(command: Sequence[str], environ: dict[str, str]) -> str:
    """Run a command to its end; its output. Raises `LabError` with what it complained about."""
    done = subprocess.run(
        command, env=environ, capture_output=True, text=True, check=False, timeout=COMMAND_SECONDS
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise LabError(f"{' '.join(command)} ended with {done.returncode}: {said}")
    return done.stdout


def _listener(path: str) -> int:
    """The pid of the process that listens on a socket, as the kernel knows it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.connect(path)
        peer = client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    pid, _, _ = struct.unpack("3i", peer)
    return int(pid)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
