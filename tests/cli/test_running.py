"""An apply that still runs: its journal is not left behind, so nobody resumes or undoes it."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reconcile.errors import NoJournalError
from reconcile.fleet.recover import held, unfinished
from reconcile.fleet.run import Options, Run
from reconcile.journal.store import Store
from tests.harness.command import reconcile
from tests.harness.schemas import events
from tests.harness.transcript import ROOT

FILES = Path(__file__).parent / "files"
HOST = f"test://{FILES}/host.xml"
HELD = """
import sys
from reconcile.cli.main import main
from reconcile.libvirt.domain import DomainHandle
create = DomainHandle.create
def held(*arguments):
    print("CALLED", flush=True)
    sys.stdin.readline()
    create(*arguments)
DomainHandle.create = held
sys.exit(main(sys.argv[1:]))
"""


@contextmanager
def running() -> Iterator["subprocess.Popen[str]"]:
    """Another process with an apply that is inside its first call, until it is told to go on."""
    command = (sys.executable, "-c", HELD, "-c", HOST, "apply", "--yes", str(FILES / "web01.yaml"))
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as apply:
        assert apply.stdout is not None
        try:
            while "CALLED" not in apply.stdout.readline():
                assert apply.poll() is None
            yield apply
        finally:
            apply.kill()


def journal() -> Path:
    (path,) = Store().journals.iterdir()
    return path


@pytest.mark.parametrize("command", ["resume", "rollback"])
@pytest.mark.parametrize("form", ["text", "json"])
def test_it_is_left_alone_and_said_who_runs(command: str, form: str) -> None:
    with running() as apply:
        written = journal().read_bytes()
        ran = reconcile(command, "--format", form)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith(
            f"error: {journal()}: still written by process {apply.pid} of "
        ), ran.err
        assert ran.err.endswith(
            "\n    nothing was changed; wait for the end of that process, or stop it with Ctrl-C\n"
        )
        assert journal().read_bytes() == written
        out, _ = apply.communicate("go\n")
        assert apply.returncode == 0, out
    assert reconcile(command).err.startswith("error: no apply was left unfinished\n")


def test_who_waits_for_its_lock_ends_at_once_when_interrupted() -> None:
    command = (sys.executable, "-m", "reconcile", "-c", HOST, "apply", "--yes", "--timeout", "3600")
    with running() as apply:
        waiting = subprocess.Popen(
            (*command, str(FILES / "web01.yaml")), cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert waiting.stdout is not None
        while (
            f"waiting for another apply: process {apply.pid} of " not in waiting.stdout.readline()
        ):
            assert waiting.poll() is None
        waiting.send_signal(signal.SIGTERM)
        out, _ = waiting.communicate(timeout=60)
        assert (waiting.returncode, "not begun: the run was stopped" in out) == (130, True), out
        assert apply.poll() is None


def test_its_journal_is_known_by_every_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running() as apply:
        monkeypatch.chdir(journal().parent)
        other = tmp_path / "other.jsonl"
        other.hardlink_to(journal())
        for path in (journal().name, str(other)):
            ran = reconcile("rollback", path)
            assert ran.code == 1
            assert f"still written by process {apply.pid} of " in ran.err
        link = tmp_path / "link.jsonl"
        link.symlink_to(journal())
        ran = reconcile("rollback", str(link))
        assert (ran.code, ran.err.splitlines()[0]) == (
            1,
            f"error: {link}: it is a link, not a regular file",
        )


def test_one_that_was_settled_meanwhile_is_not_settled_again() -> None:
    with running():
        pass
    found = unfinished(Store(), None)
    ran = reconcile("rollback", "--format", "json", uri=HOST)
    assert events(ran.out)[-1]["exit_code"] == ran.code == 0
    with (
        Run(Store(), print, Options()) as run,
        pytest.raises(NoJournalError),
        held(found, run),
    ):
        pass
