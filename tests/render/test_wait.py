"""While hosts are read a terminal shows that something goes on; nobody else is told."""

import io
import time

import pytest
from rich.console import Console

from reconcile.render.text_wait import READING, waiting


def consoled(*, terminal: bool) -> tuple[Console, io.StringIO]:
    out = io.StringIO()
    return Console(file=out, force_terminal=terminal, width=60, color_system=None), out


def wait_for(out: io.StringIO, text: str) -> None:
    """Return once the text was written; fail after ten seconds."""
    for _ in range(1000):
        if text in out.getvalue():
            return
        time.sleep(0.01)
    pytest.fail(f"{text!r} was not shown: {out.getvalue()!r}")


def test_a_long_look_is_seen_and_leaves_nothing_behind() -> None:
    console, out = consoled(terminal=True)
    with waiting(console, silence=0):
        wait_for(out, READING)
        assert "0:00:0" in out.getvalue()
    assert out.getvalue().endswith("\x1b[2K")


def test_a_short_look_is_silent() -> None:
    console, out = consoled(terminal=True)
    with waiting(console, silence=60):
        pass
    assert out.getvalue() == ""


def test_an_error_ends_it() -> None:
    console, out = consoled(terminal=True)

    def look() -> None:
        with waiting(console, silence=0):
            wait_for(out, READING)
            raise ValueError("no host")

    with pytest.raises(ValueError, match="no host"):
        look()
    assert out.getvalue().endswith("\x1b[2K")


def test_files_and_pipes_get_nothing() -> None:
    console, out = consoled(terminal=False)
    with waiting(console, silence=0):
        time.sleep(0.05)
    assert out.getvalue() == ""
