"""Checks that a schema cannot express about one document: names, and the tree they make.

Every check works on entries that may be invalid otherwise, so that one run tells everything.
"""

from collections.abc import Iterable, Iterator, Mapping

from reconcile.errors import Problem
from reconcile.manifest import schema
from reconcile.manifest.entries import Document, Entry, indexed_texts, text, texts
from reconcile.manifest.globs import Globs
from reconcile.manifest.messages import suggest
from reconcile.manifest.nodes import quoted
from reconcile.manifest.scalar_types import Json
from reconcile.model.connect_uri import unsafe_reason

Named = Mapping[str, Entry]

_SHOWN = 6  # names of a circle
_NAMES = ("name", "renamed-from")


def check(document: Document) -> Iterator[Problem]:
    """Every problem of a document's names and tree, in no particular order."""
    named = by_name(document.entries)
    yield from _size(document)
    yield from _duplicates(document.entries, named)
    yield from _nested_parents(document.entries)
    yield from _missing_parents(document.entries, named)
    yield from _cycles(named)
    yield from _renames(document.entries, named)
    yield from _clones(document.entries)
    yield from _descriptions(document.entries)
    yield from _ignored(document, named)
    yield from _current(document, named)
    yield from _connection(document)


def by_name(entries: Iterable[Entry]) -> dict[str, Entry]:
    """The entries that have a name, each under its name; of several with one name the first."""
    named: dict[str, Entry] = {}
    for entry in entries:
        if entry.name is not None:
            named.setdefault(entry.name, entry)
    return named


def _size(document: Document) -> Iterator[Problem]:
    """Too many entries in all; a single list that is too long is for the schema to tell."""
    limit = schema.entry_limit()
    lists = [document.data, *(entry.data for entry in document.entries)]
    longest = max(_length(data, key) for data in lists for key in ("snapshots", "children"))
    if len(document.entries) > limit >= longest:
        message = f"declares more than {limit:,} snapshots, nested ones included"
        yield Problem(document.at("snapshots"), "snapshots", message, "declare fewer")


def _length(data: Json, key: str) -> int:
    value = data.get(key) if isinstance(data, dict) else None
    return len(value) if isinstance(value, list) else 0


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


def _ignored(document: Document, named: Named) -> Iterator[Problem]:
    globs = Globs(_short(texts(document.data, "ignore")))
    declared = [(entry, key, text(entry.data, key)) for entry in document.entries for key in _NAMES]
    names = [(entry, key, name) for entry, key, name in declared if name is not None]
    forgotten = [*indexed_texts(document.data, "forget")]
    if globs.too_costly([name for *_, name in names] + [name for _, name in forgotten]):
        message = "has too many wildcards for so many snapshots to be compared with"
        yield Problem(document.at("ignore"), "ignore", message, "use fewer or shorter globs")
        return
    for entry, key, name in names:
        if glob := globs.match(name):
            message = f"{quoted(name)} matches {quoted(glob)} of `ignore`"
            yield _problem(entry, key, message, "narrow the glob, or remove the entry")
    for index, name in forgotten:
        told = _forgotten(name, named.get(name), globs)
        if told is not None:
            yield Problem(document.at("forget", index), f"forget[{index}]", *told)


def _short(globs: Iterable[str]) -> tuple[str, ...]:
    """Those that the schema allows: others are told already, and may take long to compile."""
    limit: int = schema.document()["properties"]["ignore"]["items"]["maxLength"]
    return tuple(glob for glob in globs if len(glob) <= limit)


def _forgotten(name: str, declared: Entry | None, ignored: Globs) -> tuple[str, str] | None:
    """Message and remedy for a name in `forget` that the document says something else of."""
    if declared is not None:
        message = f"{quoted(name)} is declared, too, at {declared.at('name')}"
        return message, "remove the entry, or do not forget it"
    if ignored.match(name) is not None:
        message = f"{quoted(name)} is in `ignore`, too, which means never touched"
        return message, "take it out of one of the two"
    return None


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
