"""The keys of every object in a plan file or journal, pinned: no class's change may change them.

`RECONCILE_UPDATE_GOLDEN=1` writes the lists anew, for a reviewer to see what a format gained.
"""

import os
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from reconcile.journal import codec_v2, lines
from reconcile.model.domain import Disk, Domain
from reconcile.model.snapshot import Snapshot
from reconcile.model.tree import Tree
from reconcile.planfile import values_v1
from reconcile.planfile.record import Record

LISTS = Path(__file__).parent / "fields"
UPDATE = os.environ.get("RECONCILE_UPDATE_GOLDEN") == "1"
MODULES = {"values-v1": values_v1, "journal-v1": lines, "journal-v2": codec_v2}
DEFINED = {module: number for number, module in enumerate(MODULES.values())}
NOT_WRITTEN: dict[type, set[str]] = {
    Tree: {"_children"},  # made from the others
    # looked up anew for each plan
    Disk: {"missing", "disagrees", "data_file", "backing_formats", "chain_told"},
    Snapshot: {"data", "definition"},
    Domain: {"definition"},
}


def records(module: ModuleType) -> Iterator[tuple[str, Record[Any]]]:
    """The objects that the module describes, by their names there."""
    for name, each in vars(module).items():
        if isinstance(each, Record) and not _elsewhere(each, module):
            yield name, each
    for kind, each in vars(module).get("ACTIONS", {}).items():
        yield f"ACTIONS[{kind}]", each


def _elsewhere(record: Record[Any], module: ModuleType) -> bool:
    """Whether it is only imported there."""
    others = (each for each in MODULES.values() if each is not module)
    return any(
        record in vars(other).values() and DEFINED[module] > DEFINED[other] for other in others
    )


def listing(module: ModuleType) -> str:
    lines = (f"{name.strip('_')}\n{keys(each)}" for name, each in records(module))
    return "\n".join(lines)


def keys(record: Record[Any]) -> str:
    return "".join(f"    {line}\n" for line in record.described())


@pytest.mark.parametrize("name", MODULES)
def test_no_key_changes_or_goes(name: str) -> None:
    pinned = LISTS / f"{name}.txt"
    found = listing(MODULES[name])
    if UPDATE:
        pinned.write_text(found)
    assert found == pinned.read_text()


@pytest.mark.parametrize("name", MODULES)
def test_every_attribute_is_written(name: str) -> None:
    """One that is added to a class and not to the format would be lost without a word."""
    for _, record in records(MODULES[name]):
        if is_dataclass(record.kind):
            assert isinstance(record.kind, type)
            made = {field.name for field in fields(record.kind)}
            left_out = NOT_WRITTEN.get(record.kind, set())
            assert record.attributes == made - left_out, record.kind
