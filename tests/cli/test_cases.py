"""Every session in `cases/`, on libvirt's in-process driver: no daemon, a host file for each."""

import shutil
from pathlib import Path

import pytest

from tests.harness.transcript import Session, compare

HERE = Path(__file__).parent


@pytest.mark.parametrize("case", sorted((HERE / "cases").glob("*.console")), ids=lambda c: c.stem)
def test_case(case: Path, tmp_path: Path) -> None:
    shutil.copytree(HERE / "files", tmp_path, dirs_exist_ok=True)
    host = f"test://{tmp_path}/host.xml"
    compare(case, Session(tmp_path, {"HOST": host}, {host: "HOST"}))
