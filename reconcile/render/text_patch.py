"""A patch on standard output: what it leaves out as comments, then the lines of each file.

The lines of a patch cannot be escaped. A file of which one would command a terminal or the runner
of a CI job is left out, and that is said.
"""

import sys
from collections.abc import Iterable, Iterator

from reconcile.render.escape import commands, neutral, safe


def write_patch(files: Iterable[tuple[str, ...]], notes: Iterable[str]) -> None:
    """Print notes and patches; `files` are the lines of each file's patch with their line breaks.

    `git apply` and `patch` skip the comments.
    """
    made = tuple(files)
    told = [*notes, *(_withheld(lines) for lines in made if not _plain(lines))]
    for note in told:
        sys.stdout.writelines(f"{neutral(safe(f'# {line}'))}\n" for line in note.split("\n"))
    for lines in made:
        if _plain(lines):
            sys.stdout.writelines(lines)


def _withheld(lines: tuple[str, ...]) -> str:
    return f"{lines[0].strip()}: not shown, as it holds characters or commands that are not safe"


def _plain(lines: Iterable[str]) -> bool:
    return all(not commands(line) and line.isprintable() for line in _contents(lines))


def _contents(lines: Iterable[str]) -> Iterator[str]:
    """Each line without its line break and tabs; a context line begins with a blank."""
    for line in lines:
        yield from (part.rstrip("\r").replace("\t", " ") for part in line.rstrip("\n").split("\n"))
