"""In a real terminal: the question and its answers, colours, widths."""

import json
import re
from pathlib import Path

import pytest

from reconcile.planfile.encode import checksum
from tests.harness.command import reconcile
from tests.harness.terminal import CTRL_C, CTRL_D, Terminal

FILES = Path(__file__).parent / "files"
HOST = f"test://{FILES}/host.xml"
MANIFEST = str(FILES / "web01.yaml")
QUESTION = "Apply this plan? [y/N] "
STYLE = re.compile(r"\x1b\[[0-9;]*m")
COLOUR = re.compile(r"\x1b\[(?:\d;)*3\d")


@pytest.mark.parametrize(
    ("answer", "code", "told"),
    [
        ("y\n", 0, "applied"),
        ("YES\n", 0, "applied"),
        ("n\n", 1, "not confirmed: nothing was changed"),
        ("\n", 1, "not confirmed: nothing was changed"),
        ("what?\n", 1, "not confirmed: nothing was changed"),
        (CTRL_D, 1, "not confirmed: nothing was changed"),
        (CTRL_C, 130, "interrupted"),
    ],
)
def test_the_question(answer: str, code: int, told: str) -> None:
    with Terminal("-c", HOST, "apply", MANIFEST) as terminal:
        terminal.wait_for(QUESTION)
        terminal.type(answer)
        assert terminal.end() == code
        assert told in terminal.shown
        assert ("applied" in terminal.shown) == (code == 0)


def test_nothing_to_apply_is_not_asked_about(tmp_path: Path) -> None:
    manifest = tmp_path / "web01.yaml"
    entry = "{name: 'two words', parent: base}"
    manifest.write_text(f"apiVersion: reconcile/v1\ndomain: web01\nsnapshots: [{entry}]\n")
    manifest.write_text(manifest.read_text().replace("[{", "[{name: base}, {"))
    with Terminal("-c", HOST, "apply", str(manifest)) as terminal:
        assert terminal.end() == 3
        assert QUESTION not in terminal.shown


def test_the_question_names_what_cannot_be_undone(tmp_path: Path) -> None:
    manifest = tmp_path / "web01.yaml"
    manifest.write_text(
        "apiVersion: reconcile/v1\ndomain: web01\nprune: all\nallow: [deletes-unowned]\n"
        "snapshots: [{name: new}]\n"
    )
    with Terminal("-c", HOST, "apply", str(manifest)) as terminal:
        terminal.wait_for(QUESTION)
        assert f"\n1 delete cannot be undone.\n{QUESTION}" in STYLE.sub("", terminal.shown)
        assert "\x1b[1;31m1 delete cannot be undone.\x1b[0m\n" in terminal.shown
        terminal.type("n\n")
        assert terminal.end() == 1


def test_colours_only_where_they_are_wanted() -> None:
    assert COLOUR.search(_plan())
    assert not COLOUR.search(_plan(environ={"NO_COLOR": "1"}))
    assert not STYLE.search(_plan(environ={"TERM": "dumb"}))
    assert not STYLE.search(_plan(before=("--color", "never")))


@pytest.mark.parametrize("kind", ["", "dumb", "unknown"])
def test_a_terminal_that_does_not_say_what_it_can_do_gets_text_alone(kind: str) -> None:
    assert "\x1b" not in _plan(environ={"TERM": kind})
    with Terminal("-c", HOST, "apply", "--yes", MANIFEST, environ={"TERM": kind}) as terminal:
        assert terminal.end() == 0
        assert "\x1b" not in terminal.shown


def test_colours_are_sent_to_a_terminal_without_a_name_where_they_are_asked_for() -> None:
    assert COLOUR.search(_plan(before=("--color", "always"), environ={"TERM": ""}))


def test_forced_colours_make_no_terminal_of_a_file() -> None:
    ran = reconcile("--color", "always", "apply", "--yes", MANIFEST, uri=HOST)
    assert ran.code == 0
    assert COLOUR.search(ran.out)
    assert "web01  1/2 create tuned" in ran.out
    assert "\x1b[?25" not in ran.out  # no cursor to hide


@pytest.mark.parametrize("columns", [60, 200])
def test_lines_fit_the_terminal_and_keep_their_indent(columns: int, tmp_path: Path) -> None:
    manifest = tmp_path / "web01.yaml"
    manifest.write_text(Path(MANIFEST).read_text().replace("tuned", "two words"))
    text = STYLE.sub("", _plan(manifest=str(manifest), columns=columns))
    whole = ("/", "sha256:")  # paths and digests are never broken
    words = [line for line in text.splitlines() if not any(sign in line for sign in whole)]
    assert max(map(len, words)) <= columns
    refused = text[text.index("✗  refused") : text.index("[name-unsafe]")]
    assert all(line.startswith("     ") for line in refused.splitlines()[1:])


def _plan(
    *,
    before: tuple[str, ...] = (),
    manifest: str = MANIFEST,
    columns: int = 100,
    environ: dict[str, str] | None = None,
) -> str:
    arguments = (*before, "-c", HOST, "plan", manifest)
    with Terminal(*arguments, columns=columns, environ=environ) as terminal:
        terminal.end()
        return terminal.shown


NOBODY = "qemu+unix:///system?socket=/nowhere/libvirt-sock"


@pytest.fixture
def forged(tmp_path: Path) -> Path:
    """A plan file whose checksum is right, for a host that somebody else chose."""
    path = tmp_path / "plan.json"
    assert reconcile("plan", "--out", str(path), MANIFEST, uri=HOST).code == 0
    document = json.loads(path.read_text())
    document["domains"][0] |= {"connect": NOBODY, "host": "qemu/system@nowhere"}
    document["checksum"] = checksum(document)
    path.write_text(json.dumps(document))
    return path


def test_no_host_is_opened_on_the_word_of_a_saved_plan_before_somebody_agrees(
    forged: Path,
) -> None:
    with Terminal("apply", str(forged)) as terminal:
        terminal.wait_for(QUESTION)
        told = " ".join(STYLE.sub("", terminal.shown).split())
        assert "says, and no host was asked yet:" in told
        assert f"web01 {NOBODY} create tuned, redefine base" in told
        assert "connect: " not in terminal.shown
        terminal.type("n\n")
        assert terminal.end() == 1
    assert "not confirmed: nothing was changed" in terminal.shown
    assert "No such file" not in terminal.shown


def test_nobody_to_agree_is_told_before_any_host_is_opened(forged: Path) -> None:
    ran = reconcile("apply", str(forged))
    assert (ran.code, "there is no terminal to ask on" in ran.err) == (64, True)
    assert reconcile("apply", "--yes", str(forged)).code == 1  # the host is opened then
    digest = reconcile("apply", "--yes", "--expect", f"sha256:{'0' * 64}", str(forged))
    assert (digest.code, "the plan's digest is" in digest.err) == (3, True)


def test_a_saved_plan_is_applied_after_one_question(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    assert reconcile("plan", "--out", str(path), MANIFEST, uri=HOST).code == 0
    with Terminal("-c", HOST, "apply", str(path)) as terminal:
        terminal.wait_for(QUESTION)
        terminal.type("y\n")
        assert terminal.end() == 0
    assert terminal.shown.count(QUESTION) == 1
    assert "applied" in terminal.shown
