"""The fixture of all tests of hosts."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Final

import pytest

from tests.hosts.host import Host
from tests.lab.daemon import Daemon

NUMBERS: Final = count(1)


@pytest.fixture
def host(lab: Daemon, tmp_path: Path) -> Iterator[Host]:
    """An empty host of the release."""
    manifests = tmp_path / "manifests"
    manifests.mkdir()
    made = Host(lab, lab.data / f"host-{next(NUMBERS)}", manifests)
    yield made
    made.close()
