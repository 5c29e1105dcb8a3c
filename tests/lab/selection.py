"""Which tests need the lab: those marked `lab`. All others need no libvirtd and no QEMU.

A test that asks for a daemon by a fixture is marked by that; one that starts a daemon by itself is
marked by hand. None can be forgotten: for a test without the mark the lab is switched off, in
programs that it starts too, and the programs of libvirt and QEMU say so and fail.
"""

import os
import zlib
from pathlib import Path
from typing import Final

import pytest

from tests.lab.cell import OFF, SWITCH
from tests.lab.releases import RELEASES, wanted

FIXTURES: Final = frozenset({"daemons", "lone_daemon"})
"""The fixtures that start daemons; all others that give one ask for one of these."""
PROGRAMS: Final = (
    "libvirtd",
    "virtqemud",
    "virsh",
    "qemu-img",
    "qemu-io",
    "qemu-system-x86_64",
    "debootstrap",
)
MISSING: Final = (
    "#!/bin/sh\necho \"${0##*/}: not for a test that is not marked 'lab'\" >&2\nexit 127\n"
)


COLLECTED: Final = pytest.StashKey[dict[Path, set[bool]]]()
"""Each file of tests that was collected, and whether its tests are marked `lab`."""


IN_TURN: Final = "LAB_RELEASES_IN_TURN"
"""Set in the environment by a run that has no time for every test on every release."""
WIDE: Final = (
    "apply",
    "chaos",
    "crash_recovery",
    "drift",
    "hosts",
    "lab",
    "listing",
    "real_hosts",
    "traps",
    "virsh_table",
)
"""Folders of many tests that are alike: in turn, each test of them runs on one release."""


@pytest.hookimpl(tryfirst=True)  # before `-m` selects by marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get(IN_TURN):
        left = [item for item in items if not _has_its_turn(item)]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in set(left)]
    collected = config.stash.setdefault(COLLECTED, {})
    for item in items:
        if isinstance(item, pytest.Function) and FIXTURES & set(item.fixturenames):
            item.add_marker(pytest.mark.lab)
        marked = item.get_closest_marker("lab") is not None
        collected.setdefault(item.path, set()).add(marked)


def _has_its_turn(item: pytest.Item) -> bool:
    """Whether the test runs on this release; its name says on which, so that runs are alike."""
    folder = item.path.relative_to(Path(__file__).parent.parent).parts[0]
    release = next((each for each in RELEASES if each.name in _parameters(item)), None)
    if folder not in WIDE or release is None or len(wanted()) < len(RELEASES):
        return True
    name = item.nodeid.replace(release.name, "")
    return zlib.crc32(name.encode()) % len(RELEASES) == RELEASES.index(release)


def _parameters(item: pytest.Item) -> list[str]:
    found = getattr(item, "callspec", None)
    return [] if found is None else str(found.id).split("-")


@pytest.fixture(scope="session")
def missing_programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what stands in for the programs of libvirt and QEMU."""
    folder: Path = tmp_path_factory.mktemp("programs")
    for name in PROGRAMS:
        (folder / name).write_text(MISSING, encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture(autouse=True)
def _no_lab_without_the_mark(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, missing_programs: Path
) -> None:
    if request.node.get_closest_marker("lab") is None:
        monkeypatch.setenv(SWITCH, OFF)
        monkeypatch.setenv("PATH", str(missing_programs), prepend=":")
