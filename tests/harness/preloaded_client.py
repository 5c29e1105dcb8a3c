"""Started by a shell in the place of `reconcile`: `preloaded_client.py SOCKET PYTHON ROOT ARGS...`.

It imports little, as Python's start-up is what is to be saved.
"""

import json
import os
import socket
import sys

OF_PYTHON = ("PYTHONIOENCODING", "PYTHONUTF8", "LC_ALL", "LC_CTYPE", "LANG")


def main() -> int:
    """Hand the command to the server; its exit code."""
    path, python, root, *arguments = sys.argv[1:]
    if not _usual():
        _take_terminal()
        os.execve(  # noqa: S606 - the program itself
            python, (python, "-m", "reconcile", *arguments), {**os.environ, "PYTHONPATH": root}
        )
    request = {"arguments": arguments, "folder": os.getcwd(), "environ": dict(os.environ)}  # noqa: PTH109 - pathlib takes long to import
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as server:
        server.connect(path)
        socket.send_fds(server, [json.dumps(request).encode()], [0, 1, 2])
        return int(server.recv(16) or 1)


def _take_terminal() -> None:
    """Make Ctrl-C reach the program where its terminal is nobody else's."""
    if os.path.exists("/proc/self/fd/0") and os.isatty(0):  # noqa: PTH110 - pathlib takes long to import
        import contextlib  # noqa: PLC0415 - takes long, and is seldom needed
        import fcntl  # noqa: PLC0415 - as above
        import termios  # noqa: PLC0415 - as above

        with contextlib.suppress(OSError):
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _usual() -> bool:
    """Whether Python begins in the shell's environment as it began in the server's."""
    usual = all(os.environ.get(name, "C.UTF-8") == "C.UTF-8" for name in OF_PYTHON)
    return usual and all(os.path.exists(f"/proc/self/fd/{stream}") for stream in range(3))  # noqa: PTH110 - as above


if __name__ == "__main__":
    sys.exit(main())
