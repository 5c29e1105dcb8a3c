"""The only caller of qemu-img: what an image's header says, and the few changes made to images."""

import json
import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

from reconcile.model.fact import Fact

SECONDS = 30  # reading a header takes milliseconds; a dead network mount takes forever
_LOCKED = re.compile(rb'Failed to get (?:shared )?"[a-z ]+" lock\n')
_DIFFERENT = 1  # what `qemu-img compare` ends with; 2 and more are errors


def is_installed() -> bool:
    """Whether there is a `qemu-img` on this machine's PATH."""
    return shutil.which("qemu-img") is not None


def info(image: str, *options: str) -> list[dict[str, Any]] | None:
    """An image's header, and with `--backing-chain` the headers of those below it.

    None where there is no qemu-img, no permission, or no such file.
    """
    command = ("info", "--force-share", "--output=json", *options, "--", image)
    try:
        said = json.loads(_run(*command, seconds=SECONDS))
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return said if isinstance(said, list) else [said]


def held(image: str) -> Fact:
    """Whether some process has the image open for writing, by QEMU's own lock on the image.

    UNKNOWN where qemu-img is not there, does not answer in time, or may not read the image. No
    process that starts later can hold an image that is not there: that is NO.
    """
    try:
        Path(image).stat()
        _run("info", "--", image, seconds=SECONDS)
    except FileNotFoundError as error:
        return Fact.NO if error.filename == image else Fact.UNKNOWN
    except subprocess.CalledProcessError as error:
        words = error.stderr.replace(image.encode(), b"")  # a path may hold any words
        return Fact.YES if _LOCKED.search(words) else Fact.UNKNOWN
    except (OSError, ValueError, subprocess.SubprocessError):
        return Fact.UNKNOWN
    return Fact.NO


def differ(one: str, other: str) -> Fact:
    """Whether a guest would read different data in two images; UNKNOWN where one cannot be read.

    The whole of both images is read, however long that takes.
    """
    try:
        _run("compare", "--", one, other, seconds=None)
    except subprocess.CalledProcessError as error:
        return Fact.YES if error.returncode == _DIFFERENT else Fact.UNKNOWN
    except (OSError, ValueError, subprocess.SubprocessError):
        return Fact.UNKNOWN
    return Fact.NO


def holds_nothing(overlay: str) -> bool:
    """Whether a qcow2 overlay is known to hold no data of its own: all is read from below."""
    command = ("map", "--force-share", "--output=json", "-f", "qcow2", "--", overlay)
    try:
        parts = json.loads(_run(*command, seconds=SECONDS))
    except (OSError, subprocess.SubprocessError, ValueError):
        return False
    return not any(each["depth"] == 0 and each.get("present", True) for each in parts)


def commit(overlay: str) -> None:
    """Write what an overlay holds into the image below. Raises OSError with qemu-img's words."""
    _change("commit", "-q", "-d", "--", overlay, seconds=None)


def above(top: str, image: str) -> str:
    """The image of a chain that lies on `image`. Raises FileNotFoundError where none does."""
    chain = [str(each["filename"]) for each in info(top, "--backing-chain") or ()]
    found = next((upper for upper, lower in pairwise(chain) if lower == image), None)
    if found is None:
        raise FileNotFoundError(f"{image} is not below {top} any more")
    return found


def rebase(overlay: str, base: str, form: str) -> None:
    """Let an overlay name another base that reads the same. Raises OSError."""
    _change("rebase", "-q", "-u", "-F", form, "-b", base, "--", overlay, seconds=SECONDS)


def create_overlay(path: str, base: str, form: str, size: int | None = None) -> None:
    """An empty qcow2 overlay on a base of the format `form`. Raises OSError.

    `size`: what the guest sees, in bytes; that of the base where none is given.
    """
    command = ("create", "-q", "-f", "qcow2", "-F", form, "-b", base, path)
    _change(*command, *([str(size)] if size else []), seconds=SECONDS)


def _change(*arguments: str, seconds: int | None) -> None:
    try:
        _run(*arguments, seconds=seconds)
    except subprocess.CalledProcessError as error:
        raise OSError(" ".join(error.stderr.decode(errors="replace").split())) from error
    except subprocess.SubprocessError as error:
        raise OSError(str(error)) from error


def _run(*arguments: str, seconds: int | None) -> bytes:
    command = ("qemu-img", *arguments)
    done = subprocess.run(  # noqa: S603 - a fixed program, and paths behind "--" or an option
        command, capture_output=True, timeout=seconds, check=True
    )
    return done.stdout
