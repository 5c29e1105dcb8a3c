"""A way to libvirtd that can be cut: a socket of its own whose bytes are passed on."""

import shutil
import socket
import tempfile
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread
from typing import Final, Self
from urllib.parse import parse_qs, urlsplit

from tests.lab.daemon import Daemon

CHUNK: Final = 65536


class Proxy:
    """Listens for as long as it is open; what comes while it is shut is turned away.

    `known`: it stands for libvirt's own proxy. Of any other program nobody knows where it leads.
    """

    def __init__(self, daemon: Daemon, *, known: bool = True) -> None:
        self._known = known
        self._target = parse_qs(urlsplit(daemon.uri).query)["socket"][0]
        self._folder = Path(tempfile.mkdtemp(prefix="cut-"))
        self._path = str(self._folder / "s")
        self.uri: Final = daemon.uri.replace(self._target, self._path)
        self._ends: list[socket.socket] = []
        self._lock = Lock()
        self._shut = False
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)

    def __enter__(self) -> Self:
        self._comm = Path("/proc/self/comm").read_text("ascii")
        Path("/proc/self/comm").write_text("virtproxyd" if self._known else "tunnel", "ascii")
        self._listener.bind(self._path)
        self._listener.listen()
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut(again=False)
        Path("/proc/self/comm").write_text(self._comm, "ascii")
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self._listener.close()
        shutil.rmtree(self._folder)

    def cut(self, *, again: bool) -> bool:
        """Break every connection, and take new ones only if `again`; whether there were any."""
        with self._lock:
            self._shut = not again
            ends, self._ends = self._ends, []
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        return bool(ends)

    def mend(self) -> None:
        """Take new connections again."""
        with self._lock:
            self._shut = False

    def _accept(self) -> None:
        with suppress(OSError):  # it is closed
            while True:
                client, _ = self._listener.accept()
                self._join(client)

    def _join(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with self._lock:
            try:
                if self._shut:
                    raise ConnectionRefusedError
                server.connect(self._target)
            except OSError:
                client.close()
                server.close()
                return
            self._ends += [client, server]
        for one, other in ((client, server), (server, client)):
            Thread(target=_pump, args=(one, other), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    """Pass bytes on until either end is gone, then end both."""
    with suppress(OSError):
        while data := source.recv(CHUNK):
            sink.sendall(data)
    for end in (source, sink):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
