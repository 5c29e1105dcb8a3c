"""Streams, users, clocks and state folders as CI jobs and containers have them: told, or no matter.

Each command is tried with a standard output that is full, closed, or read by nobody.
"""

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest

from reconcile.cli.commands import cli
from reconcile.cli.main import main
from tests.harness.command import reconcile
from tests.harness.transcript import ROOT
from tests.lab import skips

FILES = Path(__file__).parent / "files"
HOST = f"test://{FILES}/host.xml"
MANIFEST = str(FILES / "web01.yaml")
ARGUMENTS = {
    "validate": (MANIFEST,),
    "plan": ("-c", HOST, MANIFEST),
    "apply": ("-c", HOST, "--yes", MANIFEST),
    "drift": ("-c", HOST, MANIFEST),
    "list": ("-c", HOST),
    "show": ("-c", HOST, "web01"),
    "doctor": ("-c", HOST),
    "import": ("-c", HOST, "--output", "-", "web01"),
    "explain": ("orphan-tag",),
    "schema": ("manifest-v1",),
    "completion": ("bash",),
}
"""Of commands that print: arguments with which they do."""
FULL = (
    "error: the output cannot be written: No space left on device\n"
    "    make room, then run it again\n"
)
UID = 54321
AS_NOBODY = f"""
import os, sys
from pathlib import Path
from reconcile.cli.main import main
main(["-c", "{HOST}", "--state-dir", sys.argv[1] + "/first", "apply", "--yes", "{MANIFEST}"])
os.setgroups([])
os.setgid({UID})
os.setuid({UID})
os.environ["HOME"] = "/nonexistent"
del os.environ["TERM"]
sys.stdout.write("---\\n")
manifest = Path("{MANIFEST}").read_bytes()
reader, writer = os.pipe()
os.write(writer, manifest)
os.close(writer)
sys.stdin = os.fdopen(reader)
sys.exit(main(["-c", "test:///default", "--state-dir", sys.argv[1] + "/state", *sys.argv[2:]]))
"""
FULL_STATE = """
set -e
mount -t tmpfs -o size=$1k,mode=0700 tmpfs "$2"
head -c "$3" /dev/zero > "$2/filler"
shift 3
exec "$@"
"""


@contextlib.contextmanager
def output(kind: str) -> Iterator[TextIO | None]:
    """A standard output on which nothing arrives."""
    match kind:
        case "full":
            with contextlib.suppress(OSError), Path("/dev/full").open("w") as stream:
                yield stream
        case "closed":
            yield None
        case _:
            reader, writer = os.pipe()
            os.close(reader)
            with contextlib.suppress(OSError), os.fdopen(writer, "w") as stream:
                yield stream


def test_every_command_that_prints_is_tried() -> None:
    silent = {"resume", "rollback", "abandon"}  # these say nothing without an unfinished apply
    assert set(cli.commands) - silent <= {*ARGUMENTS} | {"export", "reset"}


@pytest.mark.parametrize("kind", ["full", "closed", "unread"])
@pytest.mark.parametrize("command", sorted({*ARGUMENTS} & set(cli.commands)))
def test_an_output_that_nothing_reaches(command: str, kind: str, tmp_path: Path) -> None:
    """A full disk is an error, unless a host was changed; who does not listen is none."""
    state = ("--state-dir", str(tmp_path))
    usual = reconcile(command, *ARGUMENTS[command], *state).code
    errors = io.StringIO()
    with output(kind) as stream, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", stream)
        patch.setattr(sys, "stderr", errors)
        code = main([command, *ARGUMENTS[command], *state])
    if kind == "full":
        assert errors.getvalue() == FULL
        assert code == (usual if command == "apply" else 1)
    else:
        assert (code, errors.getvalue()) == (usual, "")


@skips.needs_root("it can become somebody else")
def test_a_user_without_passwd_entry_home_or_terminal(tmp_path: Path) -> None:
    """As in a container with a user number of its own; the manifest comes by standard input."""
    tmp_path.chmod(0o755)
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    os.chown(state, UID, UID)
    command = (sys.executable, "-c", AS_NOBODY, str(tmp_path), "apply", "--yes", "-")
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"}
    ran = subprocess.run(
        command, env=environ, capture_output=True, text=True, check=False, timeout=120, cwd="/"
    )
    assert (ran.returncode, ran.stderr.splitlines()[:1]) == (
        1,
        ['-:1:1: domain: domain "web01" does not exist on test:///default'],
    )
    assert "\x1b" not in ran.stdout


@skips.needs_root("it mounts a file system")
@pytest.mark.parametrize("pages_left", range(5))
def test_a_full_disk_below_the_state_folder(pages_left: int, tmp_path: Path) -> None:
    """Nothing begins that cannot be written down first, and the message says why."""
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    room = 64
    filler = (room - 4 * pages_left) * 1024
    words = ("-c", HOST, "--state-dir", str(state), "apply", "--yes", MANIFEST)
    run = (sys.executable, "-m", "reconcile", *words)
    command = ("unshare", "-m", "sh", "-c", FULL_STATE, "sh", str(room), str(state), str(filler))
    ran = subprocess.run(
        (*command, *run), capture_output=True, text=True, check=False, timeout=120, cwd=ROOT
    )
    said = ran.stdout + ran.stderr
    assert "Traceback" not in said
    assert "internal error" not in said
    if ran.returncode:
        assert ran.returncode in {1, 4}, said
        assert "No space left on device" in said
        assert "✓" not in said


def test_a_clock_that_went_back(tmp_path: Path) -> None:
    """What was written in the future is found, finished and kept as any other."""
    state = ("--state-dir", str(tmp_path))
    assert reconcile("-c", HOST, *state, "apply", "--yes", MANIFEST).code == 0
    (journal,) = (tmp_path / "journals").iterdir()
    later = journal.with_name(f"2099{journal.name[4:]}")
    journal.rename(later)
    for path in (later, tmp_path / "locks", tmp_path / "journals"):
        os.utime(path, (4e9, 4e9))
    *records, _finished = later.read_bytes().splitlines(keepends=True)
    later.write_bytes(b"".join(records[:3]))
    os.utime(later, (4e9, 4e9))
    planned = reconcile("-c", HOST, *state, "plan", MANIFEST)
    assert "an earlier apply is unfinished" in " ".join(planned.out.split())
    assert reconcile("-c", HOST, *state, "rollback").code == 0
    assert reconcile("-c", HOST, *state, "apply", "--yes", MANIFEST).code == 0
    assert later.exists()
