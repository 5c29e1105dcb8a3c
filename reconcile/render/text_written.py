"""Files that were written, a line per domain, with what could not be written into them."""

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.text import Text

from reconcile.render import style
from reconcile.render.lines import line, show
from reconcile.views.imported import WrittenView

_PATCH = {"+": style.NEW, "-": style.OLD}


def show_written(console: Console, views: Iterable[WrittenView]) -> None:
    """Every domain with its file."""
    show(console, (each for view in views for each in _lines(view)))


def _lines(view: WrittenView) -> Iterator[Text]:
    place = (f"  {view.place}", style.FAINT) if view.place else ""
    yield line((view.domain, style.NAME), place, f"  {view.done}")
    yield from (line("    ", (note, style.NOTICE)) for note in view.notes)
    yield from (line((each, _PATCH.get(each[:1], ""))) for each in view.patch)
