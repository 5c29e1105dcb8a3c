"""A file that `redefine-from` names is somebody's data: nobody waits for it, and it is bounded."""

import os
from pathlib import Path

import pytest

from reconcile.errors import DumpFileError
from reconcile.observe.dumps import LARGEST, dump_text


def test_a_pipe_is_told_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "dump.xml")
    with pytest.raises(DumpFileError, match="a pipe"):
        dump_text(str(tmp_path / "dump.xml"))


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "dump.xml").symlink_to("/dev/zero")
    with pytest.raises(DumpFileError, match="a link"):
        dump_text(str(tmp_path / "dump.xml"))


def test_a_file_without_end_is_not_read_to_it(tmp_path: Path) -> None:
    with (tmp_path / "dump.xml").open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(DumpFileError, match="larger than 4 MiB"):
        dump_text(str(tmp_path / "dump.xml"))


def test_what_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "dump.xml").write_bytes(b"\xff\xfe")
    with pytest.raises(DumpFileError, match="not UTF-8"):
        dump_text(str(tmp_path / "dump.xml"))


def test_a_name_with_a_zero_byte_is_no_path() -> None:
    with pytest.raises(DumpFileError, match="no path"):
        dump_text("dump\0.xml")
