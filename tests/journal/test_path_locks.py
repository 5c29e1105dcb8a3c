"""Files of images, each for one step of one domain at a time."""

from pathlib import Path
from threading import Event, Thread

import pytest

from reconcile.errors import LockedError
from reconcile.journal.path_locks import PathLocks


def locks(folder: Path, seconds: float = 0.0) -> PathLocks:
    return PathLocks(folder / "locks", "qemu/system@here", seconds, lambda _: None, lambda: False)


def test_a_held_file_is_nobody_elses(tmp_path: Path) -> None:
    with (
        locks(tmp_path).hold(["/images/win.base"]),
        pytest.raises(LockedError),
        locks(tmp_path).hold(["/images/b", "/images/win.base"]),
    ):
        pytest.fail("two hold one file")
    with locks(tmp_path).hold(["/images/win.base"]):
        pass  # it is free again


def test_other_files_and_other_hosts_are_free(tmp_path: Path) -> None:
    other = PathLocks(tmp_path / "locks", "qemu/system@there", 0.0, print, lambda: False)
    with (
        locks(tmp_path).hold(["/images/a"]),
        locks(tmp_path).hold(["/images/b"]),
        other.hold(["/images/a"]),
    ):
        pass


def test_a_linked_folder_is_the_same_file(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "images")
    with (
        locks(tmp_path).hold([str(tmp_path / "images" / "a")]),
        pytest.raises(LockedError),
        locks(tmp_path).hold([str(tmp_path / "link" / "a")]),
    ):
        pytest.fail("two hold one file")


def test_several_files_in_any_order_never_wait_for_each_other(tmp_path: Path) -> None:
    """Each thread asks for the same files in another order, again and again."""
    names = [f"/images/{number}" for number in range(4)]
    failed = Event()

    def work(paths: list[str]) -> None:
        try:
            for _ in range(5):
                with locks(tmp_path, 20.0).hold(paths):
                    pass
        except LockedError:
            failed.set()

    threads = [Thread(target=work, args=(names[n:] + names[:n],)) for n in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not failed.is_set()
