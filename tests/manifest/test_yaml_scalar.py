"""Any text is written so that every reader of YAML gets that very string."""

import json
from typing import Final

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reconcile.manifest.yaml_scalar import block, scalar
from reconcile.render.escape import commands
from tests.properties.profile import examples

ODD: Final = (
    "2024-01-01",
    "on",
    "No",
    "010",
    "0x1f",
    "1e3",
    "1_000",
    "12:30:00",
    "null",
    "~",
    "",
    " a",
    "a ",
    "a: b",
    "a #b",
    "- a",
    "*a",
    "&a",
    "!a",
    "%a",
    "{a",
    "[a",
    "|",
    ">",
    "'a'",
    '"a"',
    "\\n",
    "a\tb",
    "a\nb",
    "a\n",
    "\na",
    " a\nb",
    "a \nb",
    "a\n\n b",
    "a\x85b",
    "a\u2028b",
    "\ufeffa",
    "a\u202eb",
    "\U0001f600",
    "a\xa0b",
    "a\rb",
    "---",
    "...",
    "<<",
    "=",
    ".inf",
    ".NaN",
    "Grüße",
    "é" * 40_000,
    "x" * 2_000,
    "?",
    "k" * 1_023,
    "a\n::error::b",
    "##[group]a",
    "###vso[x]",
    "a\n/close\n##[b]",
)
XML: Final = st.characters(
    exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"
) | st.sampled_from("\t\n\r\x85\u2028")
TEXTS: Final = st.sampled_from(ODD) | st.text(XML, max_size=12)


@pytest.mark.parametrize("text", ODD)
def test_every_reader_gets_the_string(text: str) -> None:
    for written in (f"{scalar(text)}\n", f"key: {block(text, 2)}\n", f"[{scalar(text)}, x]\n"):
        for loader in (yaml.SafeLoader, yaml.CSafeLoader):
            read = yaml.load(written, loader)  # noqa: S506 - both are safe
            found = {"str": lambda it: it, "dict": lambda it: it["key"], "list": lambda it: it[0]}
            assert found[type(read).__name__](read) == text


@given(TEXTS)
@examples(300)
def test_quoted_text_is_json_too(text: str) -> None:
    """YAML 1.2 reads JSON's strings as JSON does: its escapes are among those that are written."""
    written = scalar(text)
    if written.startswith('"') and "\\x" not in written and "\\U" not in written:
        assert json.loads(written) == text


@given(TEXTS)
@examples(200)
def test_no_line_is_a_command_to_the_runner_of_a_job(text: str) -> None:
    for written in (f"- name: {scalar(text)}", f"description: {block(text, 2)}"):
        assert [line for line in written.split("\n") if commands(line)] == []
