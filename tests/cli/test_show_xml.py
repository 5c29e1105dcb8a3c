"""libvirt's XML, byte for byte into a pipe, and harmless on a terminal."""

from pathlib import Path

from tests.harness.command import reconcile
from tests.harness.terminal import Terminal

HOST = Path(__file__).parent / "files" / "host.xml"


def hostile_host(folder: Path) -> str:
    """A host with a snapshot whose description would clear the screen; its URI."""
    path = folder / "host.xml"
    path.write_text(HOST.read_text("utf-8").replace("Clean install", "&#x9b;2J ok"), "utf-8")
    return f"test://{path}"


def test_into_a_pipe_it_is_as_it_is(tmp_path: Path) -> None:
    ran = reconcile("show", "web01", "base", "--xml", uri=hostile_host(tmp_path))
    assert "<description>\x9b2J ok</description>\n" in ran.out


def test_on_a_terminal_it_moves_no_cursor(tmp_path: Path) -> None:
    uri = hostile_host(tmp_path)
    with Terminal("-c", uri, "show", "web01", "base", "--xml") as terminal:
        assert terminal.end() == 0
    assert "\\x9b2J ok" in terminal.shown
    assert "\x9b" not in terminal.shown
