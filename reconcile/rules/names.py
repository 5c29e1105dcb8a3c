"""Names that libvirt and qcow2 hold safely, and the file names that follow from them."""

import re

SAFE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
JOB_ID = re.compile(r"[A-Za-z0-9._-]+")
LONGEST = 200  # bytes; from 248 on libvirt does the work and then loses the metadata


def safe(name: str) -> bool:
    """Whether a snapshot may be created under this name.

    All digits are refused because an offline revert of qcow2 matches its IDs before names.
    """
    fits = len(name.encode()) <= LONGEST and SAFE.fullmatch(name) is not None
    return fits and not name.isdigit()


def job_id(name: str) -> bool:
    """Whether libvirt 10.9 and newer can use the name in a QEMU job."""
    return JOB_ID.fullmatch(name) is not None


def overlay(path: str, snapshot: str) -> str:
    """The path libvirt itself gives an overlay: the path's stem, a dot, the snapshot's name."""
    return f"{stem(path)}.{snapshot}"


def memory_file(path: str, snapshot: str) -> str:
    """The path reconcile gives a new memory file, beside the first disk."""
    return f"{stem(path)}.{snapshot}.mem"


def stem(path: str) -> str:
    """The path without the last extension of its file name."""
    directory, slash, base = path.rpartition("/")
    head, dot, _ = base.rpartition(".")
    return f"{directory}{slash}{head if dot else base}"
