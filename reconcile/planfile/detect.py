"""The quick test whether a path is a saved plan; it parses nothing and imports nothing heavy."""

import os
from pathlib import Path

_HEAD = 4096  # bytes; both keys stand at the start of what we and what people write


def is_plan_file(path: Path) -> bool:
    """Whether a path holds a saved plan rather than a manifest, however broken the plan is."""
    if path.suffix in {".yaml", ".yml"} or not os.path.isfile(path):  # noqa: PTH113 - never raises
        return False
    head = _head(path)
    if path.suffix == ".json":
        return b'"apiVersion"' not in head
    return head.lstrip().startswith(b"{") and b'"format_version"' in head


def _head(path: Path) -> bytes:
    """Nothing of what cannot be read: the reader that comes next says why."""
    try:
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError:
        return b""
