"""What `import` and `export` tell of each domain, as a plain value."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import unified_diff

from reconcile.model.left_out import LeftOut


@dataclass(frozen=True, slots=True)
class WrittenView:
    """One domain: what became of its file, in words, and what could not be written into it.

    `patch` are the lines of a unified difference, where a file would be changed.
    """

    domain: str
    place: str
    done: str
    notes: tuple[str, ...] = ()
    patch: tuple[str, ...] = ()


def left_out_notes(left_out: tuple[LeftOut, ...]) -> tuple[str, ...]:
    """A sentence for each thing that no manifest can declare; the host keeps it as it is."""
    return tuple(
        f"{each.snapshot}: its {each.key} cannot be declared: {each.why}"
        if each.key
        else f"{each.snapshot}: not declared: {each.why}"
        for each in left_out
    )


def difference(file: str, before: str, after: str) -> tuple[str, ...]:
    """The lines of a patch from one text of a file to another; none where both are equal."""
    names = (file if before else "/dev/null"), file
    lines = unified_diff(before.splitlines(), after.splitlines(), *names, lineterm="")
    return tuple(lines)


def blocked_lines(why: str, lines: Iterable[str]) -> Iterator[str]:
    """An edit that cannot be made by itself, with the lines to be written by hand."""
    yield f"cannot be edited by itself: {why}; write by hand:"
    yield from (f"  {line}" for line in lines)
