"""Fixtures for every test: the lab, and a home of its own so that no test touches a real one."""

from pathlib import Path

import pytest
from hypothesis import settings

# Slow on a busy machine is not wrong: hypothesis sets a deadline of its own otherwise.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

pytest_plugins = ["tests.lab.fixtures", "tests.lab.selection", "tests.lab.skips"]


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    home: Path = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    monkeypatch.delenv("LIBVIRT_DEFAULT_URI", raising=False)
    monkeypatch.setenv("COLUMNS", "100")
