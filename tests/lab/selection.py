"""Which tests need the lab: those marked `lab`. All others need no libvirtd and no QEMU.

A test that asks for a daemon by a fixture is marked by that; one that starts a daemon by itself is
marked by hand. None can be forgotten: for a test without the mark the lab is switched off, in
programs that it starts too, and the programs of libvirt and QEMU say so and fail.
"""

from pathlib import Path
from typing import Final

import pytest

from tests.lab.cell import OFF, SWITCH

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


@pytest.hookimpl(tryfirst=True)  # before `-m` selects by marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    collected = config.stash.setdefault(COLLECTED, {})
    for item in items:
        if isinstance(item, pytest.Function) and FIXTURES & set(item.fixturenames):
            item.add_marker(pytest.mark.lab)
        marked = item.get_closest_marker("lab") is not None
        collected.setdefault(item.path, set()).add(marked)


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
