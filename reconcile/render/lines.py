"""Lines for the console: built of parts that are made safe, wrapped below their own beginning."""

import re
from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.text import Text

from reconcile.render.escape import commands, escape, safe

NARROW = 20  # columns beside the indent below which wrapping would only make things worse
Part = str | tuple[str, str]


def line(*parts: Part) -> Text:
    """A line made of parts: a text, or a text with its style. Each part is made safe."""
    made = Text()
    for part in parts:
        text, style = (part, "") if isinstance(part, str) else part
        made.append(safe(text), style=style or None)
    return made


def show(console: Console, lines: Iterable[Text]) -> None:
    """Print lines: whole into files and pipes, on a terminal wrapped below their own beginning."""
    for each in lines:
        for part in _wrapped(console, each):
            console.print(_neutral(part))


def _neutral(line: Text) -> Text:
    """The line with its commands for runners of CI jobs escaped; the style of the rest is kept."""
    for at in reversed(commands(line.plain)):
        sign = line[at]
        shown = Text(escape(sign.plain))
        for span in sign.spans:
            shown.stylize(span.style)
        line = Text.assemble(line[:at], shown, line[at + 1 :])
    return line


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
