"""Properties: what means the same loads the same, and only ManifestError ever escapes."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reconcile.errors import ManifestError, Problem
from reconcile.manifest import schema, yaml_nodes
from reconcile.manifest.fast_validator import compile_check
from reconcile.manifest.load import load
from reconcile.manifest.scalar_types import Json
from reconcile.model.desired import DesiredTree
from tests.manifest.golden import scenarios, trees_text

Entry = dict[str, Any]
Meaning = dict[str, tuple[object, ...]]


def load_text(text: str) -> tuple[DesiredTree, ...]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "a.yaml")
        file.write_text(text, "utf-8", newline="")
        return load([file])


def load_entries(entries: list[Entry]) -> DesiredTree:
    head = {"apiVersion": "reconcile/v1", "domain": "web01", "snapshots": entries}
    return load_text(json.dumps(head))[0]


def meaning(tree: DesiredTree) -> Meaning:
    """What a tree says, whatever the order and place of its entries."""
    return {
        snapshot.name: (snapshot.parent, snapshot.description, snapshot.protect, snapshot.memory)
        for snapshot in tree.snapshots
    }


@st.composite
def flat_entries(draw: st.DrawFn) -> list[Entry]:
    """Entries of a random forest, each naming an earlier one as its parent, or none."""
    entries: list[Entry] = []
    for index in range(draw(st.integers(1, 12))):
        entry: Entry = {"name": f"s{index}"}
        above = draw(st.none() | st.integers(0, index - 1)) if index else None
        if above is not None:
            entry["parent"] = f"s{above}"
        entry |= draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "description": st.sampled_from(["", "on", "two\nlines"]),
                    "protect": st.booleans(),
                    "memory": st.sampled_from(["none", {"external": "/a/b"}]),
                },
            )
        )
        entries.append(entry)
    return entries


def nested(entries: list[Entry]) -> list[Entry]:
    """The same forest in nested form."""
    copies: dict[str, Entry] = {entry["name"]: {**entry, "children": []} for entry in entries}
    roots: list[Entry] = []
    for entry in copies.values():
        parent = entry.pop("parent", None)
        (roots if parent is None else copies[parent]["children"]).append(entry)
    return roots


@given(flat_entries())
def test_nested_and_flat_forms_mean_the_same(entries: list[Entry]) -> None:
    assert meaning(load_entries(nested(entries))) == meaning(load_entries(entries))


@given(flat_entries(), st.randoms(use_true_random=False))
def test_order_of_flat_entries_means_nothing(entries: list[Entry], random: Random) -> None:
    shuffled = random.sample(entries, len(entries))
    assert meaning(load_entries(shuffled)) == meaning(load_entries(entries))


@given(flat_entries(), st.randoms(use_true_random=False))
def test_parents_come_first(entries: list[Entry], random: Random) -> None:
    seen: set[str | None] = {None}
    for snapshot in load_entries(random.sample(entries, len(entries))).snapshots:
        assert snapshot.parent in seen
        seen.add(snapshot.name)


@pytest.mark.parametrize("backwards", [False, True])
def test_a_deep_flat_chain_loads(backwards: bool) -> None:
    chain: list[Entry] = [{"name": "s0"}]
    chain += [{"name": f"s{index}", "parent": f"s{index - 1}"} for index in range(1, 5000)]
    tree = load_entries(chain[::-1] if backwards else chain)
    assert [snapshot.name for snapshot in tree.snapshots] == [entry["name"] for entry in chain]


DOCUMENT = ["apiVersion: reconcile/v1\n", "domain: web01\n", "domains: [a, 'b*']\n"]
ENTRIES = ["snapshots:\n", "  - name: base\n", "    parent: base\n", "    disks: {vda: "]
NESTED = ["    children:\n", "      - name: x\n", "    memory: {external: /a}\n"]
OTHERS = ["current: ", "forget: [a]\n", "ignore: ['*']\n", "limits: {deletes: 1}\n"]
SYNTAX = ["internal", "}", "]", "[", "{", "- ", "&a ", "*a", "!!str ", "<<: ", "? ", ": ", "---\n"]
RARE = ["...\n", "%YAML 1.1\n", "|\n", ">-\n", "'", '"', "\\0", "\\ud800", "\\U99999999", "\t"]
PLAIN = ["\n", "  ", "null", "true", "5", "#", "~", "\ufeff", "\x07", "\u2028"]
PIECES = st.sampled_from([*DOCUMENT, *ENTRIES, *NESTED, *OTHERS, *SYNTAX, *RARE, *PLAIN])
ANY_TEXTS = st.lists(PIECES, max_size=30).map("".join) | st.text(st.characters(codec="utf-8"))
# Nothing is said of a file that nowhere says its version; a comment is enough.
TEXTS = ANY_TEXTS | ANY_TEXTS.map("# apiVersion: reconcile/v1\n{}".format)


MESSAGE_LIMIT = 2_000


def problems_of(text: str) -> tuple[Problem, ...]:
    try:
        load_text(text)
    except ManifestError as error:
        return error.problems
    return ()


@pytest.mark.parametrize("loader", [yaml.SafeLoader, yaml.CSafeLoader])
def test_any_text_loads_or_is_told_wrong(loader: type) -> None:
    @given(TEXTS)
    def check(text: str) -> None:
        for problem in problems_of(text):
            assert problem.message
            assert problem.remedy
            assert len(str(problem)) < MESSAGE_LIMIT

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_nodes, "_LOADER", loader)
        check()


@pytest.mark.parametrize("folder", scenarios("good"), ids=lambda path: path.name)
def test_python_and_c_loaders_agree(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = trees_text(load([folder]))
    monkeypatch.setattr(yaml_nodes, "_LOADER", yaml.SafeLoader)
    assert trees_text(load([folder])) == fast


SCALARS = st.none() | st.booleans() | st.integers(-1, 1) | st.sampled_from(
    ["", "none", "internal", "external", "/a/b", "/a/../b", "/a/", "a\n", "any", "qcow2", "base"]
)  # fmt: skip
KEYS = ["name", "parent", "description", "labels", "protect", "memory", "disks", "capture"]
RARE_KEYS = ["redefine-from", "clone-of", "children", "vda", "external", "snapshot", "file", "when"]
WORDS = st.sampled_from([*KEYS, *RARE_KEYS, "driver"])
VALUES = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=2) | st.dictionaries(WORDS, below, max_size=4),
    max_leaves=8,
)


@given(
    VALUES | st.dictionaries(WORDS, VALUES, max_size=6).map(lambda extra: {**extra, "name": "x"})
)
def test_no_entry_that_the_schema_forbids_is_plainly_valid(value: Json) -> None:
    if compile_check(schema.entry())(value):
        assert not list(Draft202012Validator(schema.entry()).iter_errors(value))


DOCUMENT_KEYS = ["domain", "domains", "connect", "prune", "ignore", "forget", "allow", "limits"]
LISTS = st.lists(SCALARS | st.sampled_from(["deletes-data", "a", "b"]), max_size=3)
DOCUMENT_VALUES = VALUES | LISTS | st.sampled_from(["owned", {"deletes": 1}, {"deletes": -1}])


@given(
    st.dictionaries(st.sampled_from([*DOCUMENT_KEYS, "current", "defaults"]), DOCUMENT_VALUES),
    LISTS,
)
def test_no_document_that_the_schema_forbids_is_plainly_valid(
    keys: dict[str, Json], snapshots: list[Json]
) -> None:
    value = {"apiVersion": "reconcile/v1", **keys, "snapshots": snapshots}
    if compile_check(schema.document())(value):
        assert not list(Draft202012Validator(schema.document()).iter_errors(value))


def test_every_keyword_of_the_schema_is_known_to_the_fast_validator() -> None:
    entry = {"name": "x", "labels": {"a": "b"}, "disks": {"vda": "none"}, "memory": "none"}
    assert compile_check(schema.entry())(entry)
    lists = {"domains": ["a", "b"], "ignore": ["x"], "forget": ["y"], "allow": ["deletes-data"]}
    rest = {"limits": {"deletes": 0}, "current": {"snapshot": "x"}, "defaults": {"memory": "none"}}
    document = {"apiVersion": "reconcile/v1", **lists, **rest, "snapshots": [None]}
    assert compile_check(schema.document())(document)


def test_a_valid_manifest_is_validated_without_jsonschema(tmp_path: Path) -> None:
    """It takes longer to import than all else that `reconcile validate` does."""
    file = tmp_path / "a.yaml"
    file.write_text("apiVersion: reconcile/v1\ndomain: a\nsnapshots: [{name: base}]\n")
    script = (
        "import sys; from pathlib import Path; from reconcile.manifest.load import load; "
        "load([Path(sys.argv[1])]); print('jsonschema' in sys.modules)"
    )
    command = [sys.executable, "-c", script, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
