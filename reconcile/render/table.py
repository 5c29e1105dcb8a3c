"""A table as lines: columns in line, or a paragraph for each row where the terminal is narrow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from reconcile.render import style
from reconcile.render.escape import safe
from reconcile.render.lines import Part, line

GAP = 2


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading; `right`: numbers, which end below each other."""

    heading: str
    right: bool = False


def table_lines(
    console: Console, columns: Sequence[Column], rows: Sequence[Sequence[Part]]
) -> Iterator[Text]:
    """The lines of a table with its headings. Cells are made safe; the first one names a row."""
    widths = [
        max(cell_len(column.heading), *(_width(row[at]) for row in rows), 0)
        for at, column in enumerate(columns)
    ]
    total = sum(widths) + GAP * (len(widths) - 1)
    if console.is_terminal and total > console.width:
        yield from _paragraphs(columns, rows)
        return
    yield _row(columns, widths, [(column.heading, style.FAINT) for column in columns])
    for row in rows:
        yield _row(columns, widths, row)


def _row(columns: Sequence[Column], widths: Sequence[int], cells: Sequence[Part]) -> Text:
    made = Text()
    for column, width, cell in zip(columns, widths, cells, strict=True):
        blank = " " * (width - _width(cell))
        made.append(blank if column.right else "")
        made.append_text(line(cell))
        made.append(("" if column.right else blank) + " " * GAP)
    made.rstrip()
    return made


def _paragraphs(columns: Sequence[Column], rows: Sequence[Sequence[Part]]) -> Iterator[Text]:
    """Each row's name, and below it what its other cells say."""
    width = max(cell_len(column.heading) for column in columns[1:])
    for row in rows:
        yield line(row[0])
        for column, cell in zip(columns[1:], row[1:], strict=True):
            if _width(cell):
                yield line((f"  {column.heading:<{width}}  ", style.FAINT), cell)


def _width(cell: Part) -> int:
    return cell_len(safe(cell if isinstance(cell, str) else cell[0]))
