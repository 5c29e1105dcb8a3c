"""The page of a code for people, and the list of all codes."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from reconcile.render import style
from reconcile.render.lines import line, show
from reconcile.views.page import PageView


def show_pages(console: Console, pages: Sequence[PageView]) -> None:
    """The pages of a code, one below the other, each with the kind of code that it is about."""
    for number, page in enumerate(pages):
        show(console, [Text()] if number else [])
        show(console, _page(page))


def show_codes(console: Console, pages: Sequence[PageView]) -> None:
    """All codes, each with the first sentence of its page."""
    width = max(len(page.code) for page in pages)
    for page in pages:
        show(console, [line((f"{page.code:<{width}}", style.NAME), f"  {page.title}")])


def _page(page: PageView) -> Iterator[Text]:
    yield line((page.code, style.NAME), (f"  {page.kind}", style.FAINT))
    before = ""
    for text in page.paragraphs:
        if not (text.startswith("- ") and before.startswith("- ")):
            yield Text()
        faint = text.startswith("> ")
        yield line(("  " + text, style.NOTICE if faint else ""))
        before = text
