"""`--verbose`: every libvirt call with its duration, and what each host is, on stderr."""

import logging
import sys

from reconcile.render.console import safe


class _Line(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return f"{record.relativeCreated / 1000:8.3f} s  {safe(record.getMessage())}"


def log_to_stderr() -> None:
    """Show the messages of `reconcile` until the process ends."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line())
    logger = logging.getLogger("reconcile")
    logger.handlers = [handler]
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
