"""Fixtures of the tests of manifests."""

from pathlib import Path

import pytest

from tests.manifest import repositories


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit that holds a manifest in a folder."""
    return repositories.make(tmp_path / "repository")
