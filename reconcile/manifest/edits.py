"""What can be changed in a manifest, as values, and how it is written in YAML."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconcile.manifest.yaml_scalar import scalar

Value = str | bool | tuple[str, ...] | Mapping[str, "Value"]


@dataclass(frozen=True, slots=True)
class SetKey:
    """A value under keys, one within the other, of an entry; of the document if `entry` is None."""

    entry: str | None
    keys: tuple[str, ...]
    value: Value


@dataclass(frozen=True, slots=True)
class RemoveKey:
    """An edit: no value under these keys any more; a mapping that would be left empty goes, too."""

    entry: str | None
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddEntry:
    """An edit: one more snapshot below `parent`, with these keys besides its name."""

    name: str
    parent: str | None
    keys: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class RemoveEntry:
    """An edit: a snapshot less; the snapshots below it hang on its parent then."""

    name: str


@dataclass(frozen=True, slots=True)
class MoveEntry:
    """An edit: another parent for a snapshot; the snapshots below it go along."""

    name: str
    parent: str | None


Edit = SetKey | RemoveKey | AddEntry | RemoveEntry | MoveEntry


def pasted(edit: Edit) -> tuple[str, ...]:
    """What an edit declares, as lines of YAML without indent; none where it takes away."""
    match edit:
        case SetKey(_, (first, *rest), value):
            for key in reversed(rest):
                value = {key: value}
            return (f"{scalar(first)}: {flow(value)}",)
        case AddEntry(name, parent, keys):
            above: dict[str, Value] = {} if parent is None else {"parent": parent}
            return tuple(entry_lines(name, {**above, **keys}))
        case MoveEntry(_, str() as parent):
            return (f"parent: {scalar(parent)}",)
        case _:
            return ()


def flow(value: Value) -> str:
    """A value in one line."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return scalar(value)
        case tuple():
            return f"[{', '.join(map(scalar, value))}]"
        case _:
            pairs = (f"{scalar(key)}: {flow(below)}" for key, below in value.items())
            return f"{{{', '.join(pairs)}}}"


def plain(value: Value) -> object:
    """A value as the text of a manifest has it: scalars as they are written."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return value
        case tuple():
            return list(value)
        case _:
            return {key: plain(below) for key, below in value.items()}


def entry_lines(name: str, keys: Mapping[str, Value]) -> list[str]:
    """An entry as an item of a list, without indent."""
    rest = (f"  {scalar(key)}: {flow(value)}" for key, value in keys.items())
    return [f"- name: {scalar(name)}", *rest]
