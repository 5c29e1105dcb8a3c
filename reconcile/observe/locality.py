"""Whether a host's files are this machine's files: proved, never guessed from the URI.

A URI says too little: a socket may be forwarded by ssh or socat, an alias may hide a server, and
the libvirtd of a container or chroot has other files under the same paths. Proved are, in turn: no
server in the URI; the same kernel, whose clock ticks only it can tell; a libvirtd of this machine
at the other end of the socket; and for each folder, that it is the same folder for that process.
"""

import os
import socket
import stat
import struct
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, assert_never
from urllib.parse import parse_qs, urlsplit

from reconcile.libvirt.connection import Connection

SOCKETS: Final = ("/run/libvirt/libvirt-sock", "/run/libvirt/virtqemud-sock")
SESSION_SOCKETS: Final = ("libvirt/libvirt-sock", "libvirt/virtqemud-sock")
DAEMONS: Final = frozenset({"libvirtd", "virtqemud", "virtproxyd", "systemd", "lt-libvirtd"})
"""What may be at the other end: any other program passes the bytes on, nobody knows where to."""

LINKS_AT_MOST: Final = 40  # as the kernel follows in one path


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The host's files are not, or are not proved to be, this machine's files."""


@dataclass(frozen=True, slots=True)
class SameRoot:
    """The host's daemon sees the very files that this process sees."""


@dataclass(frozen=True, slots=True)
class OtherRoot:
    """The host's daemon sees its files below `root`, a folder of /proc; folders are compared."""

    root: Path


Locality = Elsewhere | SameRoot | OtherRoot


def locality(host: Connection) -> Locality:
    """Whether this host's files are this machine's, as proved. Raises HostError."""
    if not _may_be_here(host.uri) or not _same_kernel(host):
        return Elsewhere()
    peer = _peer(host.uri)
    if peer is None or _program(peer) not in DAEMONS:
        return Elsewhere()
    return _root(peer)


def sees(found: Locality, path: str) -> bool:
    """Whether the daemon and this process mean the same folder by the path's."""
    match found:
        case Elsewhere():
            return False
        case SameRoot():
            return True
        case OtherRoot(root):
            folder = str(PurePosixPath(path).parent)
            return _same_folder(folder, str(root)) or _same_device(path, str(root))
    assert_never(found)


def _may_be_here(uri: str) -> bool:
    """Whether a URI, as libvirt says it, names neither a server nor a tunnel to one."""
    parts = urlsplit(uri)
    return not parts.hostname and parts.scheme.partition("+")[2] in {"", "unix"}


def _same_kernel(host: Connection) -> bool:
    """The server's kernel counts as this one does, at this very moment (9.0.0, 11.3.0, 12.8.0)."""
    before = _ticks()
    said = host.cpu_times()
    after = _ticks()
    if before is None or said is None or after is None:
        return False
    return all(low <= told <= high for low, told, high in zip(before, said, after, strict=True))


def _ticks() -> tuple[int, int] | None:
    """This kernel's nanoseconds in programs and in itself, as libvirt adds them up."""
    try:
        words = Path("/proc/stat").read_text("ascii").split("\n", 1)[0].split()
        user, nice, system, _idle, _wait, irq, softirq = map(int, words[1:8])
    except (OSError, ValueError):
        return None
    tick = 1_000_000_000 // os.sysconf("SC_CLK_TCK")
    return (user + nice) * tick, (system + irq + softirq) * tick


def _peer(uri: str) -> int | None:
    """The process that listens on the host's socket; None where it cannot be told."""
    for path in _sockets(uri):
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
                client.connect(path)
                size = struct.calcsize("3i")
                said = client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
        except OSError:
            continue
        pid: int = struct.unpack("3i", said)[0]
        return pid or None  # 0: a process outside of this one's namespace
    return None


def _sockets(uri: str) -> tuple[str, ...]:
    parts = urlsplit(uri)
    named = parse_qs(parts.query).get("socket")
    if named:
        return tuple(named[:1])
    if parts.path != "/session":
        return SOCKETS
    folder = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    return tuple(f"{folder}/{each}" for each in SESSION_SOCKETS)


def _program(pid: int) -> str | None:
    try:
        return Path(f"/proc/{pid}/comm").read_text("utf-8").strip()
    except (OSError, ValueError):
        return None


def _root(pid: int) -> Locality:
    """Where the daemon's files are. Only root, or the daemon's own user, may look."""
    theirs = Path(f"/proc/{pid}/root")
    try:
        same = os.path.samestat(theirs.stat(), Path("/").stat())
        mounts = Path(f"/proc/{pid}/ns/mnt").readlink() == Path("/proc/self/ns/mnt").readlink()
    except PermissionError:
        return SameRoot() if _depth(pid) == _depth(None) else Elsewhere()
    except OSError:
        return Elsewhere()
    return SameRoot() if same and mounts else OtherRoot(theirs)


def _depth(pid: int | None) -> int | None:
    """How many namespaces of processes a process is in; another number means a container.

    All that a user who is not root can see of a daemon of root's.
    """
    try:
        text = Path(f"/proc/{pid or 'self'}/status").read_text("utf-8")
    except (OSError, ValueError):
        return None
    return next((len(line.split()) for line in text.splitlines() if line[:6] == "NSpid:"), None)


def _same_folder(folder: str, root: str) -> bool:
    """Whether a folder is the same one below both roots, by device and inode.

    Of one that neither root has, the nearest folder above it tells: it is missing in the same one.
    """
    for each in (PurePosixPath(folder), *PurePosixPath(folder).parents):
        try:
            here, there = _found(Path(each)), _found(Path(_below(str(each), root)))
        except (OSError, ValueError):
            return False
        if here is not None or there is not None:
            return here is not None and there is not None and os.path.samestat(here, there)
    return False


def _found(path: Path) -> os.stat_result | None:
    """None where nothing is there. Raises OSError where that cannot be seen."""
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _same_device(path: str, root: str) -> bool:
    """Whether a path names the same block device below both roots: /dev is often another folder."""
    try:
        here, there = Path(path).stat(), Path(_below(path, root)).stat()
    except (OSError, ValueError):
        return False
    blocks = stat.S_ISBLK(here.st_mode) and stat.S_ISBLK(there.st_mode)
    return blocks and here.st_rdev == there.st_rdev


def _below(path: str, root: str) -> str:
    """The path below another root; the kernel would follow its absolute links in this one."""
    left = [*reversed(PurePosixPath(path).parts[1:])]
    found, links = PurePosixPath("/"), 0
    while left:
        part = left.pop()
        if part == "..":
            found = found.parent
            continue
        step = Path(f"{root}{found / part}")
        if not step.is_symlink():
            found = found / part
            continue
        links += 1
        if links > LINKS_AT_MOST:
            raise OSError(f"too many links in {path}")
        target = PurePosixPath(step.readlink())
        found = PurePosixPath("/") if target.is_absolute() else found
        left += reversed([each for each in target.parts if each != "/"])
    return f"{root}{found}"
