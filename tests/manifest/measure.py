"""Figures for docs/decisions.md: python -m tests.manifest.measure

It times what is kept by hand in `reconcile.manifest` beside the libraries that could replace it.
fastjsonschema and jsonschema-rs are measured where they are installed.
"""

import gc
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from reconcile.manifest import entries, schema, yaml_nodes
from reconcile.manifest.fast_validator import compile_check
from reconcile.manifest.load import load
from reconcile.manifest.nodes import MappingNode, Node, ScalarNode, SequenceNode

ROUNDS = 5
ENTRY = """\
  - name: s{0}
    description: Snapshot number {0}
    labels: {{tier: golden, number: '{0}'}}
    memory: none
    disks: {{vda: {{snapshot: external, file: /images/d.s{0}, driver: qcow2}}, vdb: none}}
    capture: {{when: shutoff}}
"""


def manifest(domain: str, size: int) -> str:
    head = f"apiVersion: reconcile/v1\ndomain: {domain}\nsnapshots:\n"
    return head + "".join(ENTRY.format(number) for number in range(size))


def cpu_seconds() -> float:
    """CPU time of this process and of those it has waited for."""
    used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def show(what: str, work: Callable[[], object]) -> None:
    """Print the least CPU time of some rounds, without the garbage collector, as `load` runs."""
    best = float("inf")
    for _ in range(ROUNDS):
        gc.collect()
        gc.disable()
        start = cpu_seconds()
        work()
        best = min(best, cpu_seconds() - start)
        gc.enable()
    sys.stdout.write(f"{what:60}{best * 1000:8.0f} ms\n")


def compose_with_pyyaml(text: str) -> list[Node]:
    """What `yaml.compose` needs: a pass that bounds depth, the composer, other nodes."""
    loader = yaml.CSafeLoader
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
    return [convert(node) for node in yaml.compose_all(text, Loader=loader)]


def convert(node: Any) -> Node:  # noqa: ANN401 - PyYAML's nodes are untyped
    mark = node.start_mark
    match node:
        case yaml.ScalarNode():
            return ScalarNode(mark.line, mark.column, node.value, node.style or "")
        case yaml.SequenceNode():
            return SequenceNode(mark.line, mark.column, tuple(map(convert, node.value)))
        case _:
            pairs: dict[str, tuple[ScalarNode, Node]] = {}
            for key, value in node.value:
                written = convert(key)
                if isinstance(written, ScalarNode):
                    pairs[written.text] = (written, convert(value))
            return MappingNode(mark.line, mark.column, pairs)


def draft_7(part: Any) -> Any:  # noqa: ANN401 - a schema is any JSON
    """The schema in the newest draft that fastjsonschema knows."""
    match part:
        case dict():
            names = {"dependentSchemas": "dependencies"}
            return {names.get(key, key): draft_7(value) for key, value in part.items()}
        case list():
            return [draft_7(item) for item in part]
        case _:
            return part


def validators() -> Mapping[str, Callable[[], Callable[[Any], object]]]:
    """How each candidate is made, import and all."""
    entry: Any = schema.entry()
    return {
        "fast_validator": lambda: compile_check(entry),
        "jsonschema": lambda: Draft202012Validator(entry).is_valid,
        "fastjsonschema": lambda: import_module("fastjsonschema").compile(draft_7(entry)),
        "jsonschema-rs": lambda: (
            import_module("jsonschema_rs").Draft202012Validator(entry).is_valid
        ),
    }


def main() -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        large, many, one = folder / "large.yaml", folder / "many", folder / "one.yaml"
        large.write_text(manifest("a", 10_000))
        one.write_text(manifest("a", 1))
        many.mkdir()
        for number in range(100):
            (many / f"{number}.yaml").write_text(manifest(f"d{number}", 100))
        text = large.read_text()
        show("load 10,000 entries", lambda: load([large]))
        show("load 100 manifests of 100 entries", lambda: load([many]))
        command = [sys.executable, "-m", "reconcile", "validate", str(one)]
        show("reconcile validate, 1 entry", lambda: subprocess.run(command, check=True, stdout=-3))
        show("yaml_nodes.compose, 10,000 entries", lambda: yaml_nodes.compose(text, "a"))
        show("events, yaml.compose_all, nodes", lambda: compose_with_pyyaml(text))
        (root,) = yaml_nodes.compose(text, "a").documents
    data = [entry.data for entry in entries.read(root, "a", Path()).entries]
    for library, make in validators().items():
        try:
            check = make()
        except ImportError:
            continue
        show(f"{library}, 10,000 entries", lambda check=check: [check(entry) for entry in data])  # type: ignore[misc]
        show(f"{library}, made once", make)


if __name__ == "__main__":
    main()
