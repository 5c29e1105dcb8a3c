"""What drift must say, from what a history did: without marks, and without the tool's own code."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from tests.drift.looked import Found
from tests.lab.domain import Domain

MARK = "{urn:libvirt-reconcile:mark:1}mark"
APPLIED = "{urn:libvirt-reconcile:mark:1}applied"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the manifest; None: not declared."""

    parent: str | None
    description: str | None = None
    tier: str | None = None
    disk: bool = False

    def values(self) -> dict[str, str | None]:
        """Each declared value by its field."""
        values: dict[str, str | None] = {"parent": self.parent}
        values |= {} if self.description is None else {"description": self.description}
        values |= {} if self.tier is None else {"labels.tier": self.tier}
        return values | ({"disks.vda": "internal"} if self.disk else {})


@dataclass(frozen=True, slots=True)
class Declared:
    """What a manifest declares."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    current: str | None = None

    def text(self, domain: str) -> str:
        """The manifest, in the flat form."""
        lines = [
            "apiVersion: reconcile/v1",
            f"domain: {domain}",
            "allow: [discards-guest-state, replaces-snapshot, drops-metadata]",
            "limits: {deletes: 99}",
            *([f"current: {self.current}"] if self.current else []),
            "snapshots:",
        ]
        for name, entry in self.entries.items():
            lines.append(f"  - name: {name}")
            lines += [f"    parent: {entry.parent}"] if entry.parent else []
            lines += [f"    description: {entry.description}"] if entry.description else []
            lines += [f"    labels: {{tier: {entry.tier}}}"] if entry.tier else []
            lines += ["    disks: {vda: internal}"] if entry.disk else []
        return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class There:
    """A snapshot on the host. `marked`: 0 not, else the format of its own mark."""

    parent: str | None
    description: str
    marked: int
    records: bool


@dataclass(frozen=True, slots=True)
class Host:
    """The snapshots of a domain as they are."""

    snapshots: Mapping[str, There]
    current: str | None

    def owned(self, name: str) -> bool:
        """Whether it has a mark of its own."""
        return self.snapshots[name].marked > 0


def look(domain: Domain) -> Host:
    """The host as libvirt shows it."""
    found: dict[str, There] = {}
    with domain.handle() as handle:
        for each in handle.listAllSnapshots(0):
            found[each.getName()] = _there(ET.fromstring(each.getXMLDesc(0)))  # noqa: S314 - libvirt's
        current = handle.snapshotCurrent().getName() if handle.hasCurrentSnapshot() else None
    return Host(found, current)


def _there(root: ET.Element) -> There:
    mark = root.find(f"domain/metadata/{MARK}")
    own = mark is not None and mark.get("snapshot") == root.findtext("name")
    marked = 0 if mark is None or not own else int(mark.get("version", "1"))
    return There(
        root.findtext("parent/name"),
        root.findtext("description") or "",
        marked,
        marked > 1 and mark is not None and mark.find(APPLIED) is not None,
    )


@dataclass(frozen=True, slots=True)
class Applied:
    """What is known of earlier applies: each mark's entry by name, and the last whole tree."""

    marks: Mapping[str, Entry] = field(default_factory=dict)
    tree: Declared | None = None

    def after(self, declared: Declared, renewed: set[str]) -> "Applied":
        """After an apply that wrote the marks of these snapshots."""
        made = {name: declared.entries[name] for name in renewed if name in declared.entries}
        return Applied({**self.marks, **made}, declared)


def expected(declared: Declared, host: Host, applied: Applied) -> set[Found]:
    """Every difference with its origin; fields of one mark's declaration count as one."""
    told = any(each.records for each in host.snapshots.values())
    known = applied if told else replace(applied, tree=None)
    gone = {name for name in host.snapshots if name not in declared.entries and host.owned(name)}
    found: set[Found] = {(name, "snapshot", "git", "undeclared") for name in gone}
    for name, entry in declared.entries.items():
        if name in host.snapshots:
            found |= set(_changed(name, entry, host, known, gone))
        else:
            found.add((name, "snapshot", _missing(name, host, known), "missing"))
    current = declared.current
    if current in host.snapshots and current != host.current:
        then = known.tree.current if known.tree else None
        three = _three(then, current, host.current, known=then is not None)
        origin = three if known.tree else "unknown"
        found.add((current, "current", origin, "moved"))
    return found


def _missing(name: str, host: Host, known: Applied) -> str:
    if known.tree is not None:
        return "host" if name in known.tree.entries else "git"
    marks = (known.marks[each] for each, it in host.snapshots.items() if it.marked > 1)
    return "host" if any(mark.parent == name for mark in marks) else "unknown"


def _changed(
    name: str, entry: Entry, host: Host, known: Applied, gone: set[str]
) -> Iterator[Found]:
    there, then = host.snapshots[name], known.marks.get(name)
    values = _values(there, then, host, gone)
    differ = {key for key, value in entry.values().items() if value != values.get(key)}
    if not there.marked or then is None:
        yield from _unmarked(name, differ, known)
        return
    for key in differ:
        origin = _origin(key, entry, values, then, by_value=there.marked > 1)
        yield name, key, origin, "moved" if key == "parent" else "changed"
    if not differ and entry != then and not _follows(entry, then, there):
        yield name, "declaration", "git", "changed"


def _follows(entry: Entry, then: Entry, there: There) -> bool:
    """Git took over what was there: a newer mark is left as it is."""
    same = entry.values().keys() == then.values().keys()
    return there.marked > 1 and same and there.parent == entry.parent


def _values(there: There, then: Entry | None, host: Host, gone: set[str]) -> dict[str, str | None]:
    """What the host holds, as it will be once what is not declared is gone."""
    parent = there.parent
    while parent in gone:
        parent = host.snapshots[parent or ""].parent
    values: dict[str, str | None] = {"parent": parent, "description": there.description}
    values |= {"labels.tier": then.tier} if there.marked and then and then.tier else {}
    return {**values, "disks.vda": "internal"}


def _unmarked(name: str, differ: set[str], known: Applied) -> Iterator[Found]:
    unknown = known.tree is None or name in known.tree.entries
    origin = "unknown" if unknown else "git"
    for key in differ:
        yield name, key, origin, "moved" if key == "parent" else "changed"
    yield name, "owned", "host" if unknown and known.tree else origin, "changed"


def _origin(
    key: str, entry: Entry, values: Mapping[str, str | None], then: Entry, *, by_value: bool
) -> str:
    """By a mark of format 1, what one digest tells: unless both changed, or keys came or went."""
    declared, applied = entry.values(), then.values()
    if by_value:
        return _three(applied.get(key), declared[key], values.get(key), known=key in applied)
    if entry == then:
        return "host"
    told = declared.keys() == applied.keys() and all(
        applied[each] in {declared[each], values.get(each)} for each in declared
    )
    if not told:
        return "unknown"
    return "host" if applied[key] == declared[key] else "git"


def _three(then: str | None, declared: str | None, there: str | None, *, known: bool = True) -> str:
    if not known:
        return "git"
    if then == declared:
        return "host"
    return "git" if then == there else "both"
