"""Hosts whose files are not this machine's, though the way to them may look as if they were.

`apart` gives a daemon other files under the same paths, as a container does; `another_machine` also
the look of a machine of its own. `forwarded` and `over_tcp` are ways to a daemon that do not say
where they lead.
"""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Final
from urllib.parse import urlsplit

from tests.lab.cell import Namespace
from tests.lab.daemon import Daemon
from tests.lab.errors import LabError

HOSTNAME: Final = "another"
STAT: Final = "cpu  11 22 33 44 55 66 77 0 0 0\ncpu0 11 22 33 44 55 66 77 0 0 0\n"
"""A `/proc/stat` of a kernel that has just started, in hundredths of a second."""
IDLE: Final = 440_000_000
"""What it says of idling, in nanoseconds."""
CHUNK: Final = 65536


@dataclass(frozen=True, slots=True)
class Apart:
    """A daemon with files of its own under the paths of files that are here too."""

    daemon: Daemon

    @property
    def folder(self) -> Path:
        """The daemon's disks, as everybody sees them."""
        return self.daemon.cell.run_dir.path / "apart"

    def there(self, path: Path) -> Path:
        """Where the daemon's file of this path lies, as everybody sees it."""
        return self.folder / path.relative_to(self.daemon.data)


def apart(daemon: Daemon) -> Apart:
    """From now on the daemon has a copy of its disks; the first ones stay as this machine's files.

    Its domains must be off. Raises `LabError` where the daemon has no namespace: only root has.
    """
    found = Apart(daemon)
    shutil.copytree(daemon.data, found.folder)
    _mount(daemon, found.folder, daemon.data)
    return found


def another_machine(daemon: Daemon) -> Apart:
    """The same with a kernel and a host name of its own, as far as libvirt can tell."""
    stat = daemon.cell.run_dir.path / "stat"
    stat.write_text(STAT, encoding="utf-8")
    _mount(daemon, stat, Path("/proc/stat"))
    daemon.run("sh", "-c", f"echo {HOSTNAME} >/proc/sys/kernel/hostname")
    return apart(daemon)


@contextmanager
def forwarded(daemon: Daemon) -> Iterator[str]:
    """The URI of a socket here whose bytes are passed on to the daemon's, as `ssh -L` does."""
    with TemporaryDirectory(prefix="fw-") as folder:
        path = str(Path(folder) / "s")
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        server.bind(path)
        with _served(server, daemon):
            yield f"qemu+unix://{urlsplit(daemon.uri).path}?socket={path}"


@contextmanager
def over_tcp(daemon: Daemon) -> Iterator[str]:
    """The URI of a port of this machine that leads to the daemon."""
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    with _served(server, daemon):
        yield f"qemu+tcp://127.0.0.1:{port}{urlsplit(daemon.uri).path}"


def _mount(daemon: Daemon, source: Path, target: Path) -> None:
    cell = daemon.cell
    if not isinstance(cell, Namespace):
        raise LabError("a user's own daemon shares this machine's files")
    inside = ("nsenter", f"--target={cell.init}", "--mount", "--")
    mount = ("mount", "--bind", str(source), f"{cell.root}{target}")
    subprocess.run((*inside, *mount), check=True)


@contextmanager
def _served(server: socket.socket, daemon: Daemon) -> Iterator[None]:
    server.listen()
    Thread(target=_accept, args=(server, daemon.socket_path), daemon=True).start()
    try:
        yield
    finally:
        server.shutdown(socket.SHUT_RDWR)  # closing alone would not end an accept that waits
        server.close()


def _accept(server: socket.socket, target: str) -> None:
    """Serve every client until the server is closed."""
    with suppress(OSError):
        while True:
            client, _ = server.accept()
            server_end = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            server_end.connect(target)
            for ends in ((client, server_end), (server_end, client)):
                Thread(target=_pass_on, args=ends, daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    """Pass bytes on until one side closes; then both are closed."""
    with suppress(OSError):
        while data := source.recv(CHUNK):
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
