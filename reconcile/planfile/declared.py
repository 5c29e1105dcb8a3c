"""The manifest's own checks for declared values that are read back from a file.

A manifest's text is not there any more, so its schema cannot be asked: these are its rules on the
values, as far as planning relies on them.
"""

import re
from collections.abc import Iterator

from reconcile.model.desired import DesiredSnapshot, DesiredTree
from reconcile.planfile.shapes import DecodeError, Json
from reconcile.planfile.values_v1 import DESIRED_TREE

_LINE = re.compile(r"[^\n\r\u0085\u2028\u2029]+")
_PATH = re.compile(r"(/(?!\.{0,2}(/|$))[^/\x00-\x1f\x7f-\x9f\u2028\u2029]+)+")


class _Declared:
    """A declared tree; one that no manifest could declare is refused."""

    def encode(self, value: DesiredTree) -> Json:
        return DESIRED_TREE.encode(value)

    def decode(self, data: Json) -> DesiredTree:
        tree = DESIRED_TREE.decode(data)
        for what in _wrong(tree):
            raise DecodeError(what)
        return tree

    def listing(self) -> str:
        return DESIRED_TREE.listing()


DECLARED = _Declared()


def _wrong(tree: DesiredTree) -> Iterator[str]:
    known: set[str] = set()
    for each in tree.snapshots:
        if each.name in known:
            yield f"snapshot {each.name!r} is declared twice"
        if each.parent is not None and each.parent not in known:
            yield f"parent {each.parent!r} of {each.name!r} is not declared before it"
        yield from _wrong_entry(each)
        known.add(each.name)
    yield from _wrong_names(tree, known)


def _wrong_entry(each: DesiredSnapshot) -> Iterator[str]:
    if not _LINE.fullmatch(each.name):
        yield f"{each.name!r} is no name of a snapshot"
    if each.clone_of == each.name:
        yield f"{each.name!r} would be a clone of itself"
    if each.clone_of is not None and each.redefine_from is not None:
        yield f"{each.name!r} is both a clone and redefined from a file"
    files = [disk.file for disk in each.disks or ()]
    files += [each.memory.file] if each.memory else []
    yield from (f"{file!r} is no path" for file in files if file and not _PATH.fullmatch(file))


def _wrong_names(tree: DesiredTree, known: set[str]) -> Iterator[str]:
    if not tree.domains:
        yield "it is for no domain"
    if tree.current is not None and tree.current.snapshot not in known:
        yield f"current {tree.current.snapshot!r} is not declared"
    old = [each.renamed_from for each in tree.snapshots if each.renamed_from is not None]
    yield from (f"{name!r} is renamed and still declared" for name in old if name in known)
    if len(set(old)) < len(old):
        yield "a snapshot is renamed twice"
    yield from (f"{name!r} is forgotten and declared" for name in tree.forget if name in known)
