"""Text from elsewhere commands neither the terminal nor the runner of a CI job."""

import io
import json
import re
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from reconcile.render.escape import neutral, neutral_json, safe
from reconcile.render.lines import line, show

# As actions/runner reads a line, in short: `::` where it begins once blanks are trimmed, `##[`
# anywhere; and what a comment would be read for.
RUNNERS = (
    lambda text: text.lstrip().startswith("::"),
    lambda text: "##[" in text,
    lambda text: "##vso[" in text,
    lambda text: re.match(r"\s*/[\w-]+(\s|$)", text) is not None,
)
COMMANDS = st.sampled_from(["::", "##[", "##vso[", "/approve", "#", "/", ":", " ", "\u00a0", "a"])
HOSTILE = st.lists(COMMANDS | st.text(max_size=2), max_size=8).map("".join)


def printed(*parts: str, width: int = 80, terminal: bool = False) -> list[str]:
    """The lines that a line of these parts becomes."""
    out = io.StringIO()
    console = Console(
        file=out, width=width, force_terminal=terminal, color_system=None, soft_wrap=True
    )
    show(console, [line(*parts)])
    return out.getvalue().splitlines()


def commanding(lines: Iterable[str]) -> list[str]:
    return [each for each in lines if any(runner(each) for runner in RUNNERS)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::stop-commands::x", r"\x3a:stop-commands::x"),
        ("   ::add-mask::x", r"   \x3a:add-mask::x"),
        ("\u00a0::add-mask::x", r"\xa0::add-mask::x"),
        ("see ##[error]x", r"see \x23#[error]x"),
        ("###[error]x", r"#\x23#[error]x"),
        ("##vso[task.complete]", r"\x23#vso[task.complete]"),
        ("/approve", r"\x2fapprove"),
        ("  /lgtm now", r"  \x2flgtm now"),
        ("/images/web01.qcow2 is missing", "/images/web01.qcow2 is missing"),
        ("a::b /c ## [d]", "a::b /c ## [d]"),
        ("two\nlines\r\x1b[2J", r"two\nlines\r\x1b[2J"),
        ("größe → ✓", "größe → ✓"),
        ("\udc80", r"\udc80"),
    ],
)
def test_a_line(text: str, shown: str) -> None:
    assert printed(text) == [shown]
    assert neutral(safe(text)) == shown


@given(st.lists(HOSTILE, max_size=3))
def test_no_line_is_a_command_wherever_its_parts_end(parts: list[str]) -> None:
    assert commanding(printed(*parts)) == []


@given(st.lists(HOSTILE, min_size=5))
def test_no_line_is_a_command_where_a_terminal_wraps_it(words: list[str]) -> None:
    assert commanding(printed(" ".join(words), width=50, terminal=True)) == []


def test_styles_stay_where_they_were() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, color_system="standard", soft_wrap=True)
    show(console, [line(("::x", "red"), " plain ", ("##[y", "bold"))])
    red, bold, end = "\x1b[31m", "\x1b[1m", "\x1b[0m"
    first, second = f"{red}\\x3a{end}{red}:x{end}", f"{bold}\\x23{end}{bold}#[y{end}"
    assert out.getvalue() == f"{first} plain {second}\n"


@given(st.dictionaries(HOSTILE, HOSTILE))
def test_json_keeps_its_value(found: dict[str, str]) -> None:
    text = neutral_json(json.dumps(found, indent=2))
    assert json.loads(text) == found
    assert commanding(text.splitlines()) == []
