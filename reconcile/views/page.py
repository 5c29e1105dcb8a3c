"""The page of a code as it is told: one entry of a Markdown file of `docs/`, in paragraphs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ENTRY = re.compile(r"^### `([^`]+)`\n(.*?)(?=^#|\Z)", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[([^]]+)\]\([^)]+\)")
_CODE = "    "


@dataclass(frozen=True, slots=True)
class PageView:
    """The explanation of one code; `kind` says what has it: refusal, hazard or finding.

    A paragraph is one line, however it is wrapped in its file. A list entry begins with `- `, a
    quotation with `> `, a line of an example with four blanks.
    """

    code: str
    kind: str
    paragraphs: tuple[str, ...]

    @property
    def title(self) -> str:
        """The first sentence of the page, which a list of all codes shows."""
        return self.paragraphs[0].removeprefix("> ") if self.paragraphs else ""


def pages(kind: str, markdown: str) -> Iterator[PageView]:
    """The pages of a file in its order: each heading with a code, and the text below it."""
    for code, text in _ENTRY.findall(markdown):
        yield PageView(code, kind, tuple(_paragraphs(_LINK.sub(r"\1", text))))


def _paragraphs(text: str) -> Iterator[str]:
    made = ""
    for row in text.splitlines():
        begins = row.startswith(("- ", _CODE)) or not row or (row[:1] == ">") != (made[:1] == ">")
        if begins and made:
            yield made
            made = ""
        more = row.removeprefix("> ") if made else row
        made = f"{made} {more.strip()}" if made else more.rstrip()
    if made:
        yield made
