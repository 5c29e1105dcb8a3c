"""A docstring stands alone: it names its subject, and says more than the name does."""

import re
from typing import Final

from tests.architecture.source import Named, named

FEWEST_WORDS: Final = 4
PRONOUN: Final = re.compile(
    r"(It|Its|Itself|They|Their|Them|That|Those|These|This is|Same|The same|Ourselves"
    r"|(What|How|Where|When|Whether|Once|Is|Are|As|By|From|To|Of|Do|Does) (it|they|them|its|their)"
    r"|(All|Both|Each|Some|One|None|Most) of (it|them))\b"
)
SENTENCE: Final = re.compile(r"(?<=[.?!])\s")


def first_sentence(docstring: str) -> str:
    """The sentence that has to stand alone."""
    return SENTENCE.split(docstring.strip(), maxsplit=1)[0]


def is_riddle(each: Named) -> bool:
    """Whether a docstring says too little, or begins with a word for something said elsewhere."""
    sentence = first_sentence(each.docstring)
    return len(sentence.split()) < FEWEST_WORDS or PRONOUN.match(sentence) is not None


def test_every_public_docstring_stands_alone() -> None:
    riddles = [
        f"{each.path}: {each.name}: {first_sentence(each.docstring)}"
        for each in named("reconcile")
        if each.public and each.docstring and is_riddle(each)
    ]
    assert riddles == []
