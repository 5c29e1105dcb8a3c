"""Follows ways out as a person would: edits of the manifest here, the rest in `hands`.

Only the data of a way is read, never its words; where a way leaves a choice, one is made.
"""

from collections.abc import Iterable
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any, assert_never

import yaml

from reconcile.diff.tree import is_pruned
from reconcile.model.host import Dump
from reconcile.model.way_out import Way, WayOut
from tests.plan import hands
from tests.plan.manifests import Document
from tests.plan.situations import DUMPS, Situation

CHOSEN = "chosen"


def followed(way: WayOut, refused: str | None, now: Situation) -> Situation:  # noqa: C901, PLR0911 - one case for each kind of way
    """The situation after somebody has done what the way says; `refused` is the snapshot."""
    match way.way:
        case Way.DECLARE:
            return _declared(way, now)
        case Way.CHOOSE:
            return _chosen(way, refused, now)
        case Way.UNDECLARE:
            return _set(_dropped(way.snapshots, now), way.snapshot, way.subject, None)
        case Way.KEEP:
            return _kept(way.snapshots, now)
        case Way.DROP:
            return _dropped(way.snapshots, now)
        case Way.TAKE:
            return _taken(way.snapshot, now)
        case Way.FORGET:
            left = _dropped(way.snapshots, now)
            names = dict.fromkeys((*left.manifest["forget"], *way.snapshots))
            return left.edited(forget=list(names))
        case Way.APPROVE:
            return now.edited(allow=[*now.manifest["allow"], way.subject])
        case (
            Way.POWER
            | Way.DEFINE
            | Way.METADATA
            | Way.COMMAND
            | Way.OPTION
            | Way.PROVIDE
            | Way.UPGRADE
            | Way.AGAIN
        ):
            return hands.done(way, now)
        case Way.NONE:
            raise AssertionError("there is nothing to follow")
    assert_never(way.way)


def _declared(way: WayOut, now: Situation) -> Situation:
    value, now = yaml.safe_load(way.value), _dropped(way.snapshots, now)
    if way.subject:
        return _set(now, way.snapshot, way.subject, value)
    for key, each in value.items():
        now = _set(now, way.snapshot, key, each)
    return now


def _set(now: Situation, name: str, path: str, value: Any) -> Situation:  # noqa: ANN401 - any JSON value
    """One key, of an entry or of the document; None removes it."""
    if not name:
        after = now.edited(**{path: value}) if "." not in path else _nested(now, path, value)
        return _kept_current(after)
    if now.entry(name) is None:
        now = _kept((name,), now)
    entry = now.entry(name)
    assert entry is not None
    if path == "name":
        return _named(now, name, value)
    if path == "disks":
        return now.with_entry(name, entry | {"disks": _kinds(now, entry, value)})
    if path == "parent" and value is not None and now.entry(value) is None:
        now = _kept((value,), now)
    head, _, rest = path.partition(".")
    if not rest:
        return now.with_entry(name, _with(entry, head, value))
    inner = _in_disk(entry, rest, value) if head == "disks" else _with(entry.get(head), rest, value)
    return now.with_entry(name, entry | {head: inner})


def _nested(now: Situation, path: str, value: Any) -> Situation:  # noqa: ANN401 - any JSON value
    head, _, key = path.partition(".")
    there = now.manifest.get(head)
    return now.edited(**{head: _with({} if there is None else there, key, value)})


def _kept_current(now: Situation) -> Situation:
    """A current snapshot must be declared."""
    current = now.manifest.get("current")
    return (
        _kept((current["snapshot"],), now)
        if current and not now.entry(current["snapshot"])
        else now
    )


def _with(there: Document | None, key: str, value: Any) -> Document:  # noqa: ANN401 - any JSON value
    kept = {**(there or {}), key: value}
    return {each: found for each, found in kept.items() if found is not None}


def _in_disk(entry: Document, path: str, value: Any) -> Document:  # noqa: ANN401 - any JSON value
    """One disk, or one key of it: then it is an external one."""
    target, _, key = path.partition(".")
    disks = dict(entry.get("disks", {}))
    said = disks.get(target, "external")
    if not key:
        disks[target] = value
    elif isinstance(said, dict):
        disks[target] = said | {key: value}
    else:
        disks[target] = {"snapshot": "external", key: value}
    return disks


def _kinds(now: Situation, entry: Document, kind: str) -> Document:
    """A kind alone: for each disk that is captured, or for each that can be."""
    said = entry.get("disks", {})
    kinds = {target: v["snapshot"] if isinstance(v, dict) else v for target, v in said.items()}
    able = [disk.target for disk in now.observed.disks if disk.snapshotable and not disk.shareable]
    usual = {target: kinds.get(target, "undeclared") for target in (*able, *kinds)}
    captured = [target for target, each in usual.items() if each != "none"]
    named = {target: v for target, v in said.items() if isinstance(v, dict) and kind == "external"}
    return kinds | dict.fromkeys(captured or able, kind) | named


def _named(now: Situation, old: str, new: str) -> Situation:
    entries = [_renamed(each, old, new) for each in now.manifest["snapshots"]]
    current = now.manifest.get("current")
    if current and current["snapshot"] == old:
        now = now.edited(current=current | {"snapshot": new})
    return now.edited(snapshots=entries)


def _renamed(entry: Document, old: str, new: str) -> Document:
    if entry["name"] == old:
        entry = entry | {"name": new}
        if entry.get("renamed-from") == new:
            del entry["renamed-from"]
    return entry | {"parent": new} if entry.get("parent") == old else entry


def _kept(names: Iterable[str], now: Situation) -> Situation:
    """Entries that say what is there, and entries for what lies above it and stays."""
    for name in names:
        old = (now.entry(name) or {}).get("renamed-from")
        there = old if name not in now.observed.tree and old else name  # under its old name
        parent = _staying(now.observed.tree[there].parent, now)
        if parent is not None and now.entry(parent) is None:
            now = _kept((parent,), now)
        copied = ("clone-of", "renamed-from") if there == name else ()
        entry = _without(now.entry(name) or {}, "memory", "disks", "parent", *copied)
        place = {} if parent is None else {"parent": parent}
        left = [each for each in now.manifest["forget"] if each != name]
        globs = [glob for glob in now.manifest["ignore"] if not fnmatchcase(name, glob)]
        below = _lying_on(name, now) if there == name else []
        now = now.with_entry(name, {"name": name} | entry | place)
        now = now.edited(forget=left, ignore=globs)
        for each in below:
            now = now.with_entry(each, (now.entry(each) or {}) | {"parent": name})
    return now


def _without(entry: Document, *keys: str) -> Document:
    return {key: value for key, value in entry.items() if key not in keys}


def _lying_on(name: str, now: Situation) -> list[str]:
    """Entries that were declared where they would lie without this snapshot."""
    tree, entries = now.observed.tree, _entries(now)
    above = _staying(tree[name].parent, now)
    lying = [each.name for each in tree if name in tree.ancestors(each.name)]
    there = [(each, entries.get(each)) for each in lying]
    return [
        entry["name"]
        for each, entry in there
        if entry is not None
        and entry.get("parent") == above
        and _staying(tree[each].parent, now) == above
    ]


def _entries(now: Situation) -> dict[str, Document]:
    """The entries by the name that the snapshot has on the host."""
    found = now.manifest["snapshots"]
    old = {each["renamed-from"]: each for each in found if each.get("renamed-from")}
    return {**old, **{each["name"]: each for each in found}}


def _staying(name: str | None, now: Situation) -> str | None:
    """The nearest snapshot from here up that is declared, or that the plan leaves alone."""
    desired = hands.tree_of(now)
    renamed = {each.get("renamed-from"): each["name"] for each in now.manifest["snapshots"]}
    while name is not None and now.entry(name) is None:
        if name in renamed:
            return str(renamed[name])
        snapshot = now.observed.tree[name]
        if not is_pruned(desired, snapshot) and name not in desired.forget:
            return name
        name = snapshot.parent
    return name


def _dropped(names: Iterable[str], now: Situation) -> Situation:
    """Without these entries, or the entries that these snapshots shall be called by."""
    new = {each.get("renamed-from"): each["name"] for each in now.manifest["snapshots"]}
    for name in dict.fromkeys((*names, *(new[each] for each in names if each in new))):
        entry = now.entry(name) or {}
        above = entry.get("parent")
        moved = [
            _with(each, "parent", above) if each.get("parent") == name else each
            for each in now.manifest["snapshots"]
        ]
        current = now.manifest.get("current")
        left = None if current and current["snapshot"] == name else current
        forget = [each for each in now.manifest["forget"] if each != name]
        now = now.edited(snapshots=moved, current=left, forget=forget).with_entry(name, None)
    return now


def _taken(parent: str, now: Situation) -> Situation:
    if parent and now.entry(parent) is None:
        now = _kept((parent,), now)
    return now.with_entry("taken", {"name": "taken"} | ({"parent": parent} if parent else {}))


def _chosen(way: WayOut, refused: str | None, now: Situation) -> Situation:
    """Another value for the key, as somebody who knows would choose it."""
    name, key = way.snapshot, way.subject
    match key:
        case "name":
            return _named(now, name, CHOSEN)
        case "ignore":
            assert refused is not None
            return _dropped((refused,), now).edited(ignore=[*now.manifest["ignore"], refused])
        case "current":
            return now.edited(current={"snapshot": refused})
        case "description":
            return _set(now, name, key, "short")
        case "clone-of":
            return _set(now, name, key, None)
        case "redefine-from":
            return _dumped(now, name)
        case "memory":
            return _set(now, name, key, {"external": f"{_folder(now)}/{CHOSEN}.mem"})
        case _:
            return _chosen_disk(now, name, key)


def _chosen_disk(now: Situation, name: str, key: str) -> Situation:
    """A file of its own, a target that is there, or a kind that libvirt takes."""
    _, target, *rest = key.split(".")
    if rest:
        return _set(now, name, key, f"{_folder(now)}/{CHOSEN}.{target}")
    entry = now.entry(name)
    assert entry is not None
    if now.observed.disk(target) is None:
        kept = {each: value for each, value in entry["disks"].items() if each != target}
        return now.with_entry(name, _with(entry, "disks", kept or None))
    return _set(now, name, key, "external")


def _folder(now: Situation) -> str:
    """A folder of the domain's own disks, where there is one that lasts."""
    paths = (disk.path for disk in now.observed.disks if disk.path)
    folders = (path.rpartition("/")[0] for path in paths)
    return next((each for each in folders if not each.startswith("/dev")), "/srv")


def _dumped(now: Situation, name: str) -> Situation:
    """The dump that holds the snapshot as it was."""
    file = f"{DUMPS}/{name}.true.xml"
    dumps = {**now.host.dumps, file: Dump(now.true[name], now.observed.uuid)}
    entry = now.entry(name)
    assert entry is not None
    after = now.with_entry(name, entry | {"redefine-from": file})
    return replace(after, host=replace(now.host, dumps=dumps))
