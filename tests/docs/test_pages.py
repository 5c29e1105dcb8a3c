"""Each page of codes has one entry per code, and says what the plan or doctor says."""

import re
from pathlib import Path
from string import Formatter

import pytest

from reconcile.model.finding import FindingCode
from reconcile.model.hazard import Hazard
from reconcile.model.way_out import Way, WayOut
from reconcile.rules.refusals import RULES, Code

PAGES = ("refusals.md", "hazards.md", "findings.md")
DOCS = Path(__file__).parent.parent.parent / "docs"
ENTRY = re.compile(r"^### `([^`]+)`\n(.*?)(?=^#|\Z)", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"`((?:virsh|qemu-img|rm) [a-z-]+)")
QUOTE = re.compile(r"^> ?(.*)$", re.MULTILINE)


def entries(page: str) -> list[tuple[str, str]]:
    """Each heading of a code with the text below it."""
    return ENTRY.findall((DOCS / page).read_text("utf-8"))


ENTRIES = [each for page in PAGES for each in entries(page)]


def as_on_the_page(template: str) -> str:
    """A message with its facts as words in capitals."""
    parts = Formatter().parse(template)
    return "".join(text + (fact.upper() if fact else "") for text, fact, _, _ in parts)


@pytest.mark.parametrize(
    ("page", "codes"),
    [("refusals.md", Code), ("hazards.md", Hazard), ("findings.md", FindingCode)],
)
def test_every_code_has_one_entry(
    page: str, codes: type[Code] | type[Hazard] | type[FindingCode]
) -> None:
    found, known = [code for code, _ in entries(page)], {str(code) for code in codes}
    assert not known - set(found), f"docs/{page} lacks {known - set(found)}: write their entries"
    assert not set(found) - known, f"docs/{page} explains {set(found) - known}, which no plan says"
    assert len(found) == len(set(found)), f"docs/{page} has a code twice"


@pytest.mark.parametrize(("code", "text"), entries("refusals.md"))
def test_a_refusal_reads_as_the_plan_says_it(code: str, text: str) -> None:
    quoted = " ".join(QUOTE.findall(text))
    rule = RULES.get(Code(code))
    assert rule is not None
    assert quoted == as_on_the_page(rule.message), f"docs/refusals.md quotes `{code}` wrongly"


@pytest.mark.parametrize(("code", "text"), entries("refusals.md"))
def test_a_refusal_says_why_and_names_the_commands_that_the_plan_offers(
    code: str, text: str
) -> None:
    rule = text.partition("\n- Example: ")[0].splitlines()
    assert [line for line in rule if line and not line.startswith(">")], f"`{code}` says no reason"
    missing = offered(code) - set(COMMAND.findall(text))
    assert not missing, f"docs/refusals.md does not name {missing} in `{code}`"


def offered(code: str) -> set[str]:
    """The commands that the ways out of a refusal name, each by its first two words."""
    ways = [template.way for template in RULES[Code(code)].ways]
    told = {command for way in ways for command in COMMAND.findall(way.words)}
    return told | {" ".join(way.subject.split()[:2]) for way in ways if is_command(way)}


def is_command(way: WayOut) -> bool:
    """Whether the way is one command; several are a fact of the case."""
    return way.way is Way.COMMAND and not way.subject.startswith("{")


@pytest.mark.parametrize(("code", "text"), ENTRIES)
def test_every_entry_has_an_example_and_a_way_out(code: str, text: str) -> None:
    assert "\n- Example: " in text, code
    assert "\n- Way out: " in text, code


@pytest.mark.parametrize(("code", "text"), entries("hazards.md"))
def test_a_hazard_says_whether_it_needs_approval(code: str, text: str) -> None:
    said = "\n- Approval: needed." in text
    assert said is Hazard(code).needs_approval
