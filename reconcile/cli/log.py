"""`--verbose`: every libvirt call with its duration, and what each host is, on stderr."""

import logging
import sys

from reconcile.render.escape import neutral, safe


class _Line(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return neutral(f"{record.relativeCreated / 1000:8.3f} s  {safe(record.getMessage())}")


class _Stderr(logging.Handler):
    """Looks stderr up for every line: while there is a live display, lines go above it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        sys.stderr.write(f"{self.format(record)}\n")


def log_to_stderr() -> None:
    """Show the messages of `reconcile` until the process ends."""
    handler = _Stderr()
    handler.setFormatter(_Line())
    logger = logging.getLogger("reconcile")
    logger.handlers = [handler]
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
