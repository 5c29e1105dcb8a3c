"""The code keeps to `docs/glossary.md`: its classes exist, and forbidden words are not used."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.architecture.source import ROOT, named

PAGE: Final = (ROOT / "docs/glossary.md").read_text("utf-8")
WORDS, _, FORBIDDEN = PAGE.partition("## Words that are not used")
CODE: Final = re.compile(r"`([^`]+)`(\*?)")
PART: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
TEXTS: Final = ("README.md", "CONTRIBUTING.md", "docs/*.md", "schemas/*.json", "reconcile/**/*.py")


def rows(page: str) -> list[list[str]]:
    """The cells of the tables, without their heads."""
    lines = [line for line in page.splitlines() if line.startswith("| ")]
    return [line.strip("| ").split(" | ") for line in lines if line[2:6] not in {"word", "not "}]


def forbidden() -> list[tuple[str, bool]]:
    """Each forbidden word, and whether it stands nowhere at all."""
    found = (CODE.findall(cells[0]) for cells in rows(FORBIDDEN))
    return [(word, star == "*") for words in found for word, star in words]


def texts() -> Iterator[Path]:
    """Documents, schemas, and the code with all that it prints; without the glossary itself."""
    for pattern in TEXTS:
        yield from (path for path in ROOT.glob(pattern) if path.name != "glossary.md")


def test_each_word_has_one_row() -> None:
    words = [word for cells in rows(WORDS) for word in cells[0].split(", ")]
    assert len(words) > 50
    assert sorted(words) == sorted(set(words))


def test_every_class_of_the_glossary_exists() -> None:
    said = {name for cells in rows(WORDS) for name, _ in CODE.findall(cells[-1])}
    assert (
        said - {each.name for each in named("reconcile")} == {"vda", "qemu-img snapshot -l"} & said
    )


def test_no_name_has_a_forbidden_word() -> None:
    words = {word for word, _ in forbidden()}
    assert len(words) > 20
    bad = [
        f"{each.path}: {each.name}"
        for each in named("reconcile")
        for last in [each.name.rpartition(".")[2]]
        if last in words or words & {part.lower() for part in PART.findall(last)}
    ]
    assert bad == []


def test_some_words_stand_nowhere() -> None:
    words = "|".join(word for word, star in forbidden() if star)
    nowhere = re.compile(rf"\b({words})\b", re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in texts()
        for match in nowhere.finditer(path.read_text("utf-8"))
    ]
    assert found == []
