"""`explain` and `schema`: every code has its page in the package, every schema its text."""

import json
from typing import Final

import pytest
from jsonschema import Draft202012Validator

from reconcile.model.finding import FindingCode
from reconcile.model.hazard import Hazard
from reconcile.rules.refusals import Code
from tests.harness.command import reconcile
from tests.harness.transcript import ROOT

CODES: Final = [*map(str, Code), *map(str, Hazard), *map(str, FindingCode)]
SCHEMAS: Final = sorted(path.name for path in (ROOT / "schemas").glob("*.schema.json"))


def test_every_code_is_explained_and_listed() -> None:
    listed = reconcile("explain").out.splitlines()
    assert {*CODES} <= {line.split()[0] for line in listed}
    for code in CODES:
        ran = reconcile("explain", code)
        assert (ran.code, ran.out.split()[0]) == (0, code)
        assert "\n  - Way out: " in ran.out


def test_a_code_of_a_refusal_and_a_finding_has_both_pages() -> None:
    lines = reconcile("explain", "managed-save").out.splitlines()
    assert [each for each in lines if each.startswith("managed-save")] == [
        "managed-save  refusal",
        "managed-save  finding",
    ]
    assert lines[lines.index("managed-save  finding") - 1] == ""


def test_a_page_reads_as_paragraphs() -> None:
    assert reconcile("explain", "deletes-data").out == (
        "deletes-data  hazard\n"
        "\n"
        "  A snapshot is deleted: what it held cannot be reverted to any more. "
        "The guest's present state is not touched.\n"
        "\n"
        "  - Approval: not needed; `prune:`, `protect`, `limits` and the removed entry in git "
        "stand for it.\n"
        "  - Example: an entry is removed from the manifest.\n"
        "  - Way out: keep the entry, or declare it `protect: true`.\n"
    )


def test_an_unknown_code() -> None:
    ran = reconcile("explain", "deletes-dat")
    assert ran.code == 64
    assert ran.err == (
        "error: no refusal, hazard or finding has the code `deletes-dat`\n"
        "    did you mean `deletes-data`?\n"
    )


@pytest.mark.parametrize("file", SCHEMAS)
def test_a_schema_is_printed_as_its_file_is(file: str) -> None:
    ran = reconcile("schema", file.removesuffix(".schema.json"))
    assert ran.out == (ROOT / "schemas" / file).read_text("utf-8")
    Draft202012Validator.check_schema(json.loads(ran.out))
    assert file.removesuffix(".schema.json") in reconcile("schema").out.splitlines()


def test_a_schema_needs_no_version() -> None:
    assert reconcile("schema", "manifest").out == reconcile("schema", "manifest-v1").out


def test_an_unknown_schema() -> None:
    ran = reconcile("schema", "zzz")
    assert ran.code == 64
    assert "there is no schema `zzz`\n    there are: " in ran.err
