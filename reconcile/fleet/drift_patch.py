"""A patch of the manifests that accepts what hosts hold, for `git apply` and `patch -p1`."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from reconcile.errors import ManifestError, Problem
from reconcile.files.regular_file import read_regular
from reconcile.fleet.drift import DomainDrift
from reconcile.manifest import files, yaml_nodes
from reconcile.manifest.accept_drift import Accepting, Unacceptable
from reconcile.manifest.declared_text import declared
from reconcile.manifest.edit import edited
from reconcile.manifest.edits import Edit, pasted
from reconcile.manifest.load import load_text
from reconcile.manifest.splice import lines_of
from reconcile.model.drift import Drift, Origin

MARK = "\ufeff"  # a byte order mark, which is a part of the first line
NO_NEWLINE = "\n\\ No newline at end of file\n"


@dataclass(frozen=True, slots=True)
class Kept:
    """A finding that the patch does not accept, why, and the lines that would."""

    domain: str
    drift: Drift
    why: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DriftPatch:
    """The lines of the patch of each file, and what it leaves out.

    `elsewhere` are folders in which files of the patch lie that do not lie below the given one.
    """

    files: tuple[tuple[str, ...], ...]
    kept: tuple[Kept, ...]
    elsewhere: tuple[str, ...] = ()


def drift_patch(found: Sequence[DomainDrift], folder: Path) -> DriftPatch:
    """The patch for all that drifted.

    Files are named as seen from `folder`; one that does not lie below it by its name alone.
    """
    by_file: dict[str, list[DomainDrift]] = {}
    for each in found:
        if any(one.origin is not Origin.GIT for one in each.differences):
            by_file.setdefault(each.target.desired.position.file, []).append(each)
    shared = {file: _shared(file, found) for file in by_file}
    made = {file: _of_file(file, some, shared[file], folder) for file, some in by_file.items()}
    patched = [file for file, (lines, _) in made.items() if lines]
    return DriftPatch(
        tuple(made[file][0] for file in patched),
        tuple(each for _, kept in made.values() for each in kept),
        tuple(sorted({_folder(file) for file in patched if not _is_below(file, folder)})),
    )


def _is_below(file: str, folder: Path) -> bool:
    return Path(os.path.realpath(file)).is_relative_to(os.path.realpath(folder))


def _folder(file: str) -> str:
    return os.path.dirname(os.path.realpath(file))  # noqa: PTH120 - never raises


def _shared(file: str, found: Sequence[DomainDrift]) -> frozenset[int]:
    """The lines at which documents begin that are for several of the domains."""
    lines = [
        each.target.desired.position.line
        for each in found
        if each.target.desired.position.file == file
    ]
    return frozenset(line for line in lines if lines.count(line) > 1)


def _of_file(
    file: str, found: Sequence[DomainDrift], shared: frozenset[int], folder: Path
) -> tuple[tuple[str, ...], tuple[Kept, ...]]:
    path = Path(file)
    source = None if path == files.STANDARD_INPUT else files.read(path)
    if source is None or isinstance(source, Problem):
        why = "the manifest came from standard input" if source is None else source.message
        return (), tuple(_all(found, why))
    text, kept = source.text, list[Kept]()
    for each in found:
        if each.target.desired.position.line in shared:
            kept += _all((each,), "its document is for several domains: give it one of its own")
            continue
        text, left = _accepted(text, _document(source.text, each), each)
        kept += left
    before = source.text
    real = Path(os.path.realpath(path))
    bom = MARK if read_regular(real, len(MARK.encode())) == MARK.encode() else ""
    named = os.path.relpath(
        real, os.path.realpath(folder) if _is_below(file, folder) else real.parent
    )
    return tuple(_diff(bom + before, bom + text, named)) if text != before else (), tuple(kept)


def _all(found: Iterable[DomainDrift], why: str) -> Iterator[Kept]:
    for each in found:
        for drift in each.differences:
            if drift.origin is not Origin.GIT:
                yield Kept(each.target.id.name, drift, why)


def _accepted(text: str, document: int, found: DomainDrift) -> tuple[str, list[Kept]]:
    """The text with every edit that can be made and leaves a valid manifest.

    Some moves can be made only after others: what is left is tried again as long as that helps.
    """
    name, kept = found.target.id.name, list[Kept]()
    plain = not isinstance(declared(text, document).head.get("current"), dict)
    waiting: list[tuple[Drift, Edit]] = []
    for each in Accepting(found.target.desired, found.observed, plain).edits(found.differences):
        if isinstance(each, Unacceptable):
            kept.append(Kept(name, each.drift, each.why))
        else:
            waiting.append(each)
    while waiting:
        left: list[tuple[Drift, Edit]] = []
        whys: list[str] = []
        for drift, edit in waiting:
            text, why = _made(text, document, edit)
            if why is not None:
                left.append((drift, edit))
                whys.append(why)
        if len(left) == len(waiting):
            told = zip(left, whys, strict=True)
            kept += [Kept(name, drift, why, pasted(edit)) for (drift, edit), why in told]
            break
        waiting = left
    return text, kept


def _document(text: str, found: DomainDrift) -> int:
    """The number of the domain's document in its file, counted from 0."""
    line = found.target.desired.position.line - 1
    starts = [node.line for node in yaml_nodes.compose(text, "").documents]
    return max((at for at, start in enumerate(starts) if start <= line), default=0)


def _made(text: str, document: int, edit: Edit) -> tuple[str, str | None]:
    """The text with the edit, or why it cannot be made."""
    made = edited(text, document, (edit,))
    if made.blocked:
        return text, made.blocked[0].why
    try:
        load_text(made.text, "manifest")
    except ManifestError as error:
        return text, error.problems[0].message
    return made.text, None


def _diff(before: str, after: str, name: str) -> Iterator[str]:
    """The lines of a unified diff, each with its line break."""
    old, new = lines_of(before), lines_of(after)
    for line in unified_diff(old, new, f"a/{name}", f"b/{name}"):
        yield line if line.endswith("\n") else line + NO_NEWLINE
