"""Every docstring stands alone: it names its subject, and says more than the name does."""

import re
from collections.abc import Iterator
from typing import Final

import pytest

from tests.architecture.source import Named, named

FEWEST_WORDS: Final = 5
SUBJECT_WORDS: Final = 4
SENTENCE: Final = re.compile(r"(?<=[.?!])\s")
WITHOUT_SUBJECT: Final = re.compile(
    r"(Also|Always|And|Another|As|Before|Behind|Below|Both|But|By|Else|For|From|Not|Nothing|Of|Once"
    r"|One of|Or|Other|Ourselves|Same|Then|These|This is|Those|That|With|Without"
    r"|The (former|latter|others?|rest|same)"
    r"|(All|Each|None|Some) of (it|that|them)"
    r"|(Does|Is|Are|Do|To) (it|its|their|they)"
    r"|(How|What|When|Where|Who) (are|comes|has|is|needs|remains|should|stands|there|was|would))\b"
)
PRONOUN: Final = re.compile(
    rf"(\S+\s+){{0,{SUBJECT_WORDS - 1}}}(?<!as )(it|the others|them|they)\b", re.IGNORECASE
)
ELSEWHERE: Final = re.compile(
    r"\b(as above|as below|as said|comes next|ditto|likewise|see above|the same (as|for|with))\b",
    re.IGNORECASE,
)


def first_sentence(docstring: str) -> str:
    """The sentence of a docstring that has to stand alone."""
    return SENTENCE.split(docstring.strip(), maxsplit=1)[0]


def is_riddle(docstring: str) -> bool:
    """Whether a docstring says too little, or leans on something that is said elsewhere."""
    sentence = first_sentence(docstring)
    return (
        len(sentence.split()) < FEWEST_WORDS
        or WITHOUT_SUBJECT.match(sentence) is not None
        or PRONOUN.match(sentence) is not None
        or ELSEWHERE.search(sentence) is not None
    )


def read_by_strangers() -> Iterator[Named]:
    """What `help()` or an editor shows of the project, and the first line of every test module."""
    for each in named("reconcile"):
        if not each.name.split(".")[-1].startswith("_"):
            yield each
    for each in named("tests"):
        if each.module:
            yield each


def test_every_docstring_stands_alone() -> None:
    riddles = [
        f"{each.path}: {each.name}: {first_sentence(each.docstring)}"
        for each in read_by_strangers()
        if each.docstring and is_riddle(each.docstring)
    ]
    assert riddles == []


@pytest.mark.parametrize(
    "docstring",
    [
        "Write one line.",
        "Of one domain.",
        "As text, without a declaration.",
        "For people: indented by two spaces.",
        "The rest, below other snapshots.",
        "All of it, before anything else.",
        "What is not declared any more.",
        "What comes next in the queue.",
        "Where the guest goes: ditto below.",
        "The same for many domains at once.",
        "Close it: nothing resumes it any more.",
        "Drop whatever they hold, durably.",
        "A domain that is read as above.",
        "Always: what cannot be written is dropped.",
        "The run writes this.",
    ],
)
def test_a_docstring_that_leans_on_another_is_a_riddle(docstring: str) -> None:
    assert is_riddle(docstring)


@pytest.mark.parametrize(
    "docstring",
    [
        "The names of the direct children, sorted; for None the roots.",
        "Whether the connection to the domain's host still stands.",
        "Drop all bytes of the file behind the first `length`, durably. Raises JournalError.",
    ],
)
def test_a_docstring_with_a_subject_is_none(docstring: str) -> None:
    assert not is_riddle(docstring)
