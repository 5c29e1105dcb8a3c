"""Questions about an image have three answers: where nobody can say, that is the answer."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconcile.model.fact import Fact
from reconcile.qemu_img import image as qemu_img


def make(path: Path) -> Path:
    command = ("qemu-img", "create", "-q", "-f", "qcow2", path, "1M")
    subprocess.run(command, check=True, timeout=60)
    return path


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return make(tmp_path / "web01.qcow2")


@pytest.fixture
def held(image: Path) -> Iterator[Path]:
    """An image that a process has open for writing."""
    pid, socket = image.parent / "pid", image.parent / "nbd"
    places = (f"--pid-file={pid}", f"--socket={socket}")
    command = ("qemu-nbd", "--fork", "--persistent", "--format=qcow2", *places, image)
    subprocess.run(command, check=True, timeout=60)  # it ends once its child has the image open
    yield image
    os.kill(int(pid.read_text()), signal.SIGKILL)


@pytest.mark.lab
class TestWithQemuImg:
    """With the machine's own qemu-img."""

    def test_an_image_that_a_process_writes_is_held(self, held: Path) -> None:
        assert qemu_img.held(str(held)) is Fact.YES

    def test_one_that_nobody_has_open_is_not(self, image: Path) -> None:
        assert qemu_img.held(str(image)) is Fact.NO

    def test_one_that_is_not_there_is_not(self, tmp_path: Path) -> None:
        assert qemu_img.held(str(tmp_path / "gone.qcow2")) is Fact.NO

    def test_one_that_cannot_be_read_cannot_be_seen(self, tmp_path: Path) -> None:
        folder = tmp_path / "folder.qcow2"
        folder.mkdir()
        assert qemu_img.held(str(folder)) is Fact.UNKNOWN

    def test_the_words_of_a_path_are_no_answer(self, tmp_path: Path) -> None:
        """An image that cannot be opened, and whose name says that it is locked."""
        path = make(tmp_path / "base.qcow2").rename(
            tmp_path / 'Failed to get shared "write" lock\n'
        )
        with path.open("r+b") as broken:
            broken.seek(4)
            broken.write(bytes([0, 0, 0, 99]))  # a version of qcow2 that nobody knows
        assert qemu_img.held(str(path)) is Fact.UNKNOWN

    def test_two_images_are_compared(self, image: Path, tmp_path: Path) -> None:
        other = make(tmp_path / "other.qcow2")
        assert qemu_img.differ(str(image), str(other)) is Fact.NO
        written = ("qemu-io", "-c", "write -P 1 0 512", other)
        subprocess.run(written, check=True, stdout=subprocess.DEVNULL, timeout=60)
        assert qemu_img.differ(str(image), str(other)) is Fact.YES
        assert qemu_img.differ(str(image), str(tmp_path / "gone")) is Fact.UNKNOWN


def test_without_qemu_img_nobody_can_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    image = tmp_path / "web01.qcow2"
    image.touch()
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert qemu_img.held(str(image)) is Fact.UNKNOWN
    assert qemu_img.differ(str(image), str(image)) is Fact.UNKNOWN


def test_a_qemu_img_that_does_not_answer_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = tmp_path / "blockdb.qcow2"
    image.touch()

    def silent(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("qemu-img", 30)

    monkeypatch.setattr(subprocess, "run", silent)
    assert qemu_img.held(str(image)) is Fact.UNKNOWN
