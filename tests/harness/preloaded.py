"""The program without its start-up: a process that has imported all of it forks per command."""

import importlib
import json
import os
import pkgutil
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from fcntl import ioctl
from functools import cache
from pathlib import Path
from termios import TIOCSCTTY
from typing import Final, NoReturn, TextIO

import reconcile
from reconcile.cli import main

ROOT: Final = Path(__file__).parents[2]
CLIENT: Final = Path(__file__).with_name("preloaded_client.py")
LARGEST: Final = 1 << 20
"""Bytes of a request: arguments and environment."""
STREAMS: Final = 3
_PROGRAM: Final = '#!/bin/sh\nexec {python} -I -S {client} {socket} {python} {root} "$@"\n'


def write_program(path: Path) -> None:
    """Write a program that does what `reconcile` does, with the help of this process's server."""
    text = _PROGRAM.format(python=sys.executable, client=CLIENT, socket=_server(), root=ROOT)
    path.write_text(text)
    path.chmod(0o755)


@cache
def program() -> str:
    """The path of a program that does what `reconcile` does, for as long as this process lives."""
    path = _server().with_name("reconcile")
    write_program(path)
    return str(path)


@cache
def _server() -> Path:
    """Start the server of this process; it ends when this process does. The path of its socket."""
    path = Path(tempfile.mkdtemp(prefix="preloaded-")) / "socket"
    # Its input is never written to: the kernel closes it, however this process ends.
    server = subprocess.Popen(
        (sys.executable, "-m", __name__, str(path)),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert server.stdout is not None  # it is a pipe
    assert server.stdout.readline(), "the server did not start"
    _kept.append(server)
    return path


_kept: "Final[list[subprocess.Popen[bytes]]]" = []
"""The server's object, for as long as this process lives."""


def _serve(path: Path) -> None:
    """Fork for every command that asks, until the input of this process ends."""
    for module in pkgutil.walk_packages(reconcile.__path__, "reconcile."):
        if module.name != "reconcile.__main__":
            importlib.import_module(module.name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them here
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(str(path))
        listener.listen()
        print("ready", flush=True)
        while True:
            ready, _, _ = select.select([listener, sys.stdin], [], [])
            if sys.stdin in ready:
                break
            asker, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                _command(asker)
            asker.close()
    shutil.rmtree(path.parent)


def _command(asker: socket.socket) -> NoReturn:
    """Be the command that is asked for, and say its exit code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    data, streams, _, _ = socket.recv_fds(asker, LARGEST, STREAMS)
    asked = json.loads(data)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    if os.isatty(0):
        _take_terminal()
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environ"])
    sys.stdin, sys.stdout, sys.stderr = _text(0, "r"), _text(1, "w"), _text(2, "w")
    code = 1
    try:
        code = main.main(asked["arguments"])
        sys.stdout.flush()
    finally:
        asker.send(str(code).encode())
        os._exit(code)


def _take_terminal() -> None:
    """Make Ctrl-C reach the command, unless its terminal is that of whoever asked for it."""
    os.setsid()
    with suppress(OSError):
        ioctl(0, TIOCSCTTY, 0)
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _text(stream: int, mode: str) -> TextIO:
    """A standard stream as Python opens it: UTF-8, and bytes that are none survive."""
    errors = "backslashreplace" if stream == sys.stderr.fileno() else "surrogateescape"
    return open(stream, mode, encoding="utf-8", errors=errors, closefd=False)  # type: ignore[return-value] # text, as the mode says


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
