"""The whole demo as `make demo` starts it: to its end, interrupted, and killed."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from examples.demo.story import STORY

pytestmark = pytest.mark.lab

CHECKOUT: Final = Path(__file__).parents[2]
COMMAND: Final = (sys.executable, "-m", "examples.demo")
KINDS: Final = ("cmdline", "environ", "mountinfo")
SECONDS: Final = 60


@pytest.fixture
def folder() -> Iterator[Path]:
    """The folder for temporary files, with a name short enough for sockets in it."""
    with tempfile.TemporaryDirectory(prefix="") as name:
        yield Path(name)


@pytest.fixture
def demo(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A running demo, leader of its process group like a job of a terminal."""
    with subprocess.Popen(
        COMMAND,
        cwd=CHECKOUT,
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        yield process


def left_in(folder: Path) -> list[str]:
    """What is left of a demo: files, and processes or mounts that name its folder."""
    said = (file for kind in KINDS for file in Path("/proc").glob(f"[0-9]*/{kind}"))
    return [str(file) for file in (*folder.iterdir(), *said) if _names(file, folder)]


def _names(file: Path, folder: Path) -> bool:
    if file.is_relative_to(folder):
        return True
    try:
        return str(folder) in file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False  # a process that has ended meanwhile


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def read_until(process: subprocess.Popen[str], text: str) -> None:
    assert process.stdout is not None
    assert any(text in line for line in process.stdout)


def test_every_stage_ends_as_told(demo: subprocess.Popen[str], folder: Path) -> None:
    output, _ = demo.communicate(timeout=2 * SECONDS)
    assert demo.returncode == 0, output
    assert [stage.title for stage in STORY if stage.title not in output] == []
    assert f"All {len(STORY)} stages ended as told" in output
    assert left_in(folder) == []


@pytest.mark.parametrize("moment", ["━━ 1.", "virsh start web01", "━━ 5.", "apply --yes"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_demo_leaves_nothing(
    demo: subprocess.Popen[str], folder: Path, number: signal.Signals, moment: str
) -> None:
    read_until(demo, moment)
    assert left_in(folder)
    os.killpg(demo.pid, number)
    output, _ = demo.communicate(timeout=SECONDS)
    assert demo.returncode == 128 + number, output
    assert "interrupted" in output
    assert left_in(folder) == []


def test_a_second_signal_does_not_disturb_the_clearing(
    demo: subprocess.Popen[str], folder: Path
) -> None:
    read_until(demo, "━━ 3.")
    while demo.poll() is None:
        demo.send_signal(signal.SIGINT)
        time.sleep(0.01)
    assert demo.returncode == 128 + signal.SIGINT
    assert left_in(folder) == []


def test_a_killed_demo_leaves_nothing_soon_after(demo: subprocess.Popen[str], folder: Path) -> None:
    read_until(demo, "━━ 4.")
    demo.kill()
    demo.wait()
    wait_until(lambda: left_in(folder) == [])
