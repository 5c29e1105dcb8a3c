"""A test without the mark `lab` reaches no daemon, so that `make unit` needs none."""

import subprocess
import sys

import pytest

from tests.lab.daemon import Daemon
from tests.lab.errors import LabError
from tests.lab.releases import OWN
from tests.lab.selection import PROGRAMS
from tests.lab.test_lab import REPOSITORY

START = "from tests.lab import cell; from tests.lab.releases import OWN; cell.create(OWN)"


def test_no_daemon_starts_without_the_mark() -> None:
    with pytest.raises(LabError, match="marked `lab`"):
        Daemon(OWN)


def test_nor_does_one_in_a_program_that_the_test_starts() -> None:
    command = (sys.executable, "-c", START)
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "marked `lab`" in done.stderr


@pytest.mark.parametrize("program", PROGRAMS)
def test_no_program_of_libvirt_or_qemu_is_there(program: str) -> None:
    assert (
        subprocess.run((program, "--version"), capture_output=True, check=False).returncode == 127
    )


def test_a_test_with_a_daemon_is_marked(request: pytest.FixtureRequest, lab: Daemon) -> None:
    assert lab.is_alive
    assert request.node.get_closest_marker("lab") is not None
