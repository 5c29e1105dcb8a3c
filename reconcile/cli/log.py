"""`--verbose`: every libvirt call with its duration, and what each host is, on stderr."""

import logging
import sys

from reconcile.render.escape import neutral, safe


class _Line(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return neutral(f"{record.relativeCreated / 1000:8.3f} s  {safe(record.getMessage())}")


class _Stderr(logging.Handler):
    """Writes log lines to the stderr of that moment: a live display puts one above itself."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a log record to stderr, as one line."""
        sys.stderr.write(f"{self.format(record)}\n")


def log_to_stderr() -> None:
    """Write the log of the package `reconcile` to stderr until the process ends."""
    handler = _Stderr()
    handler.setFormatter(_Line())
    logger = logging.getLogger("reconcile")
    logger.handlers = [handler]
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
