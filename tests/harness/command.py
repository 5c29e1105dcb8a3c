"""The command as a test runs it: in this process, with what it printed and its exit code."""

import contextlib
import io
import logging
from dataclasses import dataclass

from reconcile.cli.main import main


@dataclass(frozen=True, slots=True)
class Ran:
    """The end of one command."""

    code: int
    out: str
    err: str


def reconcile(*arguments: str, uri: str | None = None) -> Ran:
    """Run `reconcile` with these arguments; a traceback escapes, as it would be a bug."""
    out, err = io.StringIO(), io.StringIO()
    chosen = ["-c", uri] if uri else []
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([*chosen, *arguments])
    logging.getLogger("reconcile").handlers = []  # `-v` lasts until the process would have ended
    return Ran(int(code), out.getvalue(), err.getvalue())
