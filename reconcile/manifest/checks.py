"""What a schema cannot say about one document: names and the tree they make.

Every check works on entries that may be invalid otherwise, so that one run tells everything.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase, translate

from reconcile.errors import Problem
from reconcile.manifest import schema
from reconcile.manifest.entries import Document, Entry, indexed_texts, text, texts
from reconcile.manifest.messages import suggest
from reconcile.manifest.nodes import quoted
from reconcile.model.connect_uri import unsafe_reason

Named = Mapping[str, Entry]

_SHOWN = 6  # names of a circle


def check(document: Document) -> Iterator[Problem]:
    """Every problem of a document's names and tree, in no particular order."""
    named = by_name(document.entries)
    yield from _duplicates(document.entries, named)
    yield from _nested_parents(document.entries)
    yield from _missing_parents(document.entries, named)
    yield from _cycles(named)
    yield from _renames(document.entries, named)
    yield from _clones(document.entries)
    yield from _descriptions(document.entries)
    yield from _forgotten(document, named)
    yield from _ignored(document)
    yield from _current(document, named)
    yield from _connection(document)


def by_name(entries: Iterable[Entry]) -> dict[str, Entry]:
    """The entries that have a name; the first one of each."""
    named: dict[str, Entry] = {}
    for entry in entries:
        if entry.name is not None:
            named.setdefault(entry.name, entry)
    return named


def _duplicates(entries: Iterable[Entry], named: Named) -> Iterator[Problem]:
    for entry in entries:
        if entry.name is not None and named[entry.name] is not entry:
            first = named[entry.name].at("name")
            message = f"snapshot {quoted(entry.name)} is declared twice, first at {first}"
            yield _problem(entry, "name", message, "rename or remove one of them")


def _nested_parents(entries: Iterable[Entry]) -> Iterator[Problem]:
    for entry in entries:
        if entry.above is not None and text(entry.data, "parent") is not None:
            message = "`parent` inside `children`: nesting says the parent already"
            yield _problem(entry, "parent", message, "remove `parent`, or move the entry out")


def _missing_parents(entries: Iterable[Entry], named: Named) -> Iterator[Problem]:
    for entry in entries:
        parent = None if entry.above else entry.parent
        if parent is not None and parent not in named:
            message = f"parent {quoted(parent)} is not declared in this document"
            yield _problem(entry, "parent", message, _declare(parent, named))


def _declare(name: str, named: Named) -> str:
    meant = suggest(name, named)
    return f"did you mean {quoted(meant)}?" if meant else f"declare {quoted(name)}, or correct it"


def _cycles(named: Named) -> Iterator[Problem]:
    """One problem per cycle, at its first entry of the file; each entry is walked once."""
    done: set[str] = set()
    for start in named:
        walk: dict[str, None] = {}
        name: str | None = start
        while name is not None and name in named and name not in done and name not in walk:
            walk[name] = None
            name = named[name].parent
        if name in walk:
            yield _cycle([*walk][[*walk].index(name) :], named)
        done.update(walk)


def _cycle(names: list[str], named: Named) -> Problem:
    first = min(names, key=lambda name: _order(named[name]))
    start = names.index(first)
    ring = [*names[start:], *names[:start], first]
    words = [quoted(name) for name in ring]
    shown = words if len(words) <= _SHOWN else [*words[: _SHOWN - 2], "…", words[0]]
    message = f"parents form a circle: {' -> '.join(shown)}"
    return _problem(named[first], "parent", message, "give one of them another parent, or none")


def _order(entry: Entry) -> tuple[int, int]:
    return entry.node.line, entry.node.column


def _renames(entries: Iterable[Entry], named: Named) -> Iterator[Problem]:
    claimed: dict[str, Entry] = {}
    for entry in entries:
        old = text(entry.data, "renamed-from")
        if old is None:
            continue
        if old in named:
            message = f"{quoted(old)} is still declared, at {named[old].at('name')}"
            yield _problem(entry, "renamed-from", message, "remove that entry or `renamed-from`")
        elif claimed.setdefault(old, entry) is not entry:
            message = f"{quoted(old)} is renamed twice, first at {claimed[old].at('renamed-from')}"
            yield _problem(entry, "renamed-from", message, "keep one of them")


def _clones(entries: Iterable[Entry]) -> Iterator[Problem]:
    for entry in entries:
        source = text(entry.data, "clone-of")
        if source is not None and source == entry.name:
            message = f"{quoted(source)} would be a clone of itself"
            yield _problem(entry, "clone-of", message, "name another snapshot")


def _descriptions(entries: Iterable[Entry]) -> Iterator[Problem]:
    limit: int = schema.entry()["properties"]["description"]["maxLength"]
    for entry in entries:
        description = text(entry.data, "description") or ""
        # Longer in characters is for the schema to tell; here, only longer once encoded.
        if len(description) <= limit < len(description) * 4:
            size = len(description.encode())
            if size > limit:
                message = f"is {size:,} bytes of UTF-8, more than {limit:,}"
                yield _problem(entry, "description", message, "shorten it")


def _forgotten(document: Document, named: Named) -> Iterator[Problem]:
    ignored = _globs(texts(document.data, "ignore"))
    for index, name in indexed_texts(document.data, "forget"):
        where, place = document.at("forget", index), f"forget[{index}]"
        if name in named:
            message = f"{quoted(name)} is declared, too, at {named[name].at('name')}"
            yield Problem(where, place, message, "remove the entry, or do not forget it")
        elif ignored.match(name):
            message = f"{quoted(name)} is in `ignore`, too, which means never touched"
            yield Problem(where, place, message, "take it out of one of the two")


def _ignored(document: Document) -> Iterator[Problem]:
    globs = texts(document.data, "ignore")
    ignored = _globs(globs)
    for entry in document.entries:
        for key in ("name", "renamed-from"):
            name = text(entry.data, key)
            if name is not None and ignored.match(name):
                glob = next(glob for glob in globs if fnmatchcase(name, glob))
                message = f"{quoted(name)} matches {quoted(glob)} of `ignore`"
                yield _problem(entry, key, message, "narrow the glob, or remove the entry")


def _globs(globs: tuple[str, ...]) -> re.Pattern[str]:
    """One expression for all globs, since it is tried on every entry; none matches nothing."""
    return re.compile("|".join(map(translate, globs)) if globs else r"(?!)")


def _current(document: Document, named: Named) -> Iterator[Problem]:
    short = text(document.data, "current")
    data = document.data.get("current") if isinstance(document.data, dict) else None
    name = short if short is not None else text(data, "snapshot")
    if name is None or name in named:
        return
    place = "current" if short is not None else "current.snapshot"
    message = f"{quoted(name)} is not declared in this document"
    yield Problem(document.at(*place.split(".")), place, message, _declare(name, named))


def _connection(document: Document) -> Iterator[Problem]:
    uri = text(document.data, "connect")
    reason = unsafe_reason(uri) if uri else None
    if reason is not None:
        message = f"names a host in a way that a manifest may not: {reason}"
        remedy = "name such a host by -c, LIBVIRT_DEFAULT_URI or a hosts file"
        yield Problem(document.at("connect"), "connect", message, remedy)


def _problem(entry: Entry, key: str, message: str, remedy: str) -> Problem:
    return Problem(entry.at(key), f"{entry.place}.{key}", message, remedy)
