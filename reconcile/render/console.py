"""The terminal: colour, width, and text that cannot carry control sequences."""

import re
import sys
from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.text import Text

COLOR = {"auto": None, "always": True, "never": False}
NARROW = 40  # columns below which wrapping would only make things worse


def console(color: str, *, stderr: bool = False) -> Console:
    """A console that wraps nothing and highlights nothing by itself."""
    forced = COLOR[color]
    return Console(
        file=sys.stderr if stderr else sys.stdout,
        force_terminal=forced or None,
        no_color=True if forced is False else None,
        highlight=False,
        markup=False,
        soft_wrap=True,
        emoji=False,
    )


def safe(text: str) -> str:
    """Names and descriptions come from hosts and files: control characters are shown, not sent."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)


def show(console: Console, lines: Iterable[Text]) -> None:
    """Lines as they are into files and pipes; on a terminal wrapped below their own beginning."""
    for line in lines:
        for part in _wrapped(console, line):
            console.print(part)


def _wrapped(console: Console, line: Text) -> Iterable[Text]:
    indent = _indent(line.plain)
    width = console.width - indent
    if not console.is_terminal or len(line.plain) <= console.width or width < NARROW:
        return (line,)
    first, *rest = line[indent:].divide(_breaks(line.plain[indent:], width))
    for part in (first, *rest):
        part.rstrip()
    return (line[:indent].append_text(first), *(Text(" " * indent).append_text(r) for r in rest))


def _breaks(text: str, width: int) -> Iterator[int]:
    """Where lines begin. A word is never broken: paths and digests stay whole to be copied."""
    start = 0
    for word in re.finditer(r"\S+", text):
        if word.end() - start > width and word.start() > start:
            start = word.start()
            yield start


def _indent(text: str) -> int:
    """The columns before the first word; a number or sign that leads the line belongs to them."""
    words = text.lstrip()
    sign = words.split("  ", 1)
    if len(sign) == 2 and len(sign[0]) <= 3:  # noqa: PLR2004 - a step's number or a sign
        words = sign[1].lstrip()
    return len(text) - len(words)
