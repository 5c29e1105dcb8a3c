"""Loop devices: real block devices over files of the lab, for root.

They belong to the machine, not to a daemon's cell, so they are found again by the files below them
and detached before those are removed.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path


def attach(path: Path) -> Path:
    """The loop device over a file, a new one unless there is one."""
    for device in _below(path):
        return device
    return Path(_losetup("--find", "--show", str(path)).strip())


def detach_below(path: Path) -> None:
    """Detach the devices over a file, or over all files in a folder."""
    for device in _below(path):
        _losetup("--detach", str(device))


def _below(path: Path) -> Iterator[Path]:
    for file in Path("/sys/block").glob("loop*/loop/backing_file"):
        try:
            backing = file.read_text("utf-8").strip().removesuffix(" (deleted)")
        except OSError:  # detached by somebody else meanwhile
            continue
        if Path(backing).is_relative_to(path):
            yield Path("/dev") / file.parts[3]


def _losetup(*arguments: str) -> str:
    done = subprocess.run(("losetup", *arguments), check=True, capture_output=True, text=True)
    return done.stdout
