"""YAML text read into nodes; the one module that imports yaml.

PyYAML scans and parses. Its composer is replaced by `_Composer`, over the same events, for three
reasons (docs/decisions.md): the composer recurses in C without a bound, so that deep nesting ends
the process; it gives nothing of a document with a syntax error, while here every problem before
the error is told; its nodes do not say where an alias stands. `_Composer` keeps every scalar as it
was written, tells duplicate keys, and bounds depth and the expansion of aliases before they cost
anything.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import yaml

from reconcile.errors import Problem
from reconcile.errors.manifest import PROBLEM_LIMIT
from reconcile.manifest.nodes import (
    MappingNode,
    Node,
    PathPart,
    ScalarNode,
    SequenceNode,
    key_path,
    quoted,
    shortened,
)
from reconcile.manifest.yaml_problems import (
    Pairs,
    Wording,
    malformed,
    not_in_xml,
    refused_key,
    tab,
    unprintable,
)
from reconcile.model.desired import Position

DEPTH_LIMIT = 200
VALUE_LIMIT = 2_000_000  # keys and values of one file; 20,000 snapshots have some 300,000
ALIAS_BUDGET = 100_000

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Composed:
    """The documents of one file as far as they could be read, and the file's problems."""

    documents: tuple[Node, ...]
    problems: tuple[Problem, ...]


def compose(text: str, file: str) -> Composed:
    """Read every document of a file; a syntax error ends the file, not the run."""
    bad = unprintable(text, file)
    if bad is not None:
        return Composed((), (bad,))
    composer = _Composer(file)
    try:
        composer.run(text)
    except _StopError as stop:
        composer.problems.append(stop.problem)
    except yaml.YAMLError as error:
        composer.problems.append(_syntax(error, text, file))
    except (ValueError, OverflowError) as error:
        # PyYAML's own scanner, where libyaml is missing, lets these out for "\U99999999".
        composer.problems.append(malformed(Position(file, 1, 1), str(error)))
    return Composed(tuple(composer.documents), tuple(composer.problems))


def _syntax(error: yaml.YAMLError, text: str, file: str) -> Problem:
    words = getattr(error, "problem", None) or str(error).partition("\n")[0]
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return malformed(Position(file, 1, 1), words)
    where = Position(file, mark.line + 1, mark.column + 1)
    return tab(where) if text.startswith("\t", mark.index) else malformed(where, words)


class _StopError(Exception):
    """The rest of this file cannot be read."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class _Anchored:
    """A finished node with an anchor: how much an alias to it adds, in nodes and in depth."""

    node: Node
    size: int
    height: int


@dataclass(slots=True)
class _Open:
    """A collection that is still being read. `key` waits for its value; `drop` refuses it."""

    line: int
    column: int
    anchor: str | None
    before: int
    deepest: int
    start: int
    flow: bool
    items: list[Node] = field(default_factory=list)
    pairs: Pairs | None = None
    key: ScalarNode | None = None
    drop: bool = False

    def close(self, end: int) -> Node:
        where = self.start, end, False, self.flow
        if self.pairs is None:
            return SequenceNode(self.line, self.column, tuple(self.items), *where)
        return MappingNode(self.line, self.column, self.pairs, *where)

    def step(self) -> PathPart | None:
        if self.pairs is None:
            return len(self.items)
        return self.key.text if self.key else None


class _Composer:
    """Builds nodes from events, with the open collections on a stack of its own."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.documents: list[Node] = []
        self.problems: list[Problem] = []
        self._stack: list[_Open] = []
        self._anchors: dict[str, _Anchored | None] = {}
        self._count = 0
        self._aliased = 0

    def run(self, text: str) -> None:
        for event in yaml.parse(text, Loader=_LOADER):
            match event:
                case yaml.ScalarEvent():
                    self._scalar(event)
                case yaml.MappingStartEvent():
                    self._open(event, {})
                case yaml.SequenceStartEvent():
                    self._open(event, None)
                case yaml.CollectionEndEvent():
                    self._close(event)
                case yaml.AliasEvent():
                    self._alias(event)
                case yaml.DocumentStartEvent():
                    self._anchors = {}

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        node = ScalarNode(*_start(event), event.value, event.style or "", *_span(event))
        self._count_values(event, 1)
        if event.tag is not None:
            self._tag(event, event.tag)
        if (bad := not_in_xml(node.text)) is not None:
            self._report(node.line, node.column, bad)
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(node, 1, 0)
        self._add(node)

    def _open(self, event: yaml.CollectionStartEvent, pairs: Pairs | None) -> None:
        if event.tag is not None:
            self._tag(event, event.tag)
        depth = len(self._stack) + 1
        self._check_depth(event, depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        here = *_start(event), event.anchor, self._count, depth, _span(event)[0]
        opened = _Open(*here, bool(event.flow_style), pairs=pairs)
        self._stack.append(opened)
        self._count_values(event, 1)

    def _close(self, event: yaml.Event) -> None:
        done = self._stack.pop()
        node = done.close(_span(event)[1])
        if done.anchor is not None:
            height = done.deepest - len(self._stack)
            self._anchors[done.anchor] = _Anchored(node, self._count - done.before, height)
        if self._stack:
            above = self._stack[-1]
            above.deepest = max(above.deepest, done.deepest)
        self._add(node)

    def _alias(self, event: yaml.AliasEvent) -> None:
        anchored = self._resolve(event)
        depth = len(self._stack) + anchored.height
        self._check_depth(event, depth)
        self._aliased += anchored.size
        self._count_values(event, anchored.size)
        if self._aliased > ALIAS_BUDGET:
            message = f"aliases expand to more than {ALIAS_BUDGET:,} values"
            raise _StopError(self._problem(event, message, "write the entries out"))
        if self._stack:
            above = self._stack[-1]
            above.deepest = max(above.deepest, depth)
        start, end = _span(event)
        self._add(replace(anchored.node, start=start, end=end, alias=True))

    def _resolve(self, event: yaml.AliasEvent) -> _Anchored:
        anchor = event.anchor or ""
        anchored = self._anchors.get(anchor)
        if anchored is not None:
            return anchored
        name = shortened(anchor)
        if anchor in self._anchors:
            message, remedy = f"alias *{name} stands inside its own anchor", "remove the alias"
        else:
            message, remedy = f"alias *{name} names no anchor", f"define &{name} before it"
        raise _StopError(self._problem(event, message, remedy))

    def _count_values(self, event: yaml.Event, more: int) -> None:
        self._count += more
        if self._count > VALUE_LIMIT:
            message = f"the file has more than {VALUE_LIMIT:,} values"
            raise _StopError(self._problem(event, message, "split it: one file per domain"))

    def _add(self, node: Node) -> None:
        if not self._stack:
            self.documents.append(node)
            return
        above = self._stack[-1]
        if above.pairs is None:
            above.items.append(node)
        elif above.drop:
            above.drop = False
        elif above.key is None:
            self._key(above, above.pairs, node)
        else:
            above.pairs[above.key.text] = (above.key, node)
            above.key = None

    def _key(self, above: _Open, pairs: Pairs, node: Node) -> None:
        refused = refused_key(node, pairs)
        if refused is not None:
            self._report(node.line, node.column, refused)
            above.drop = True
        elif isinstance(node, ScalarNode):
            above.key = node

    def _tag(self, event: yaml.Event, tag: str) -> None:
        short = tag.replace("tag:yaml.org,2002:", "!!")
        remedy = "remove the tag; quote the value if a string is meant"
        self._report(*_start(event), (f"has the tag {quoted(short)}", remedy))

    def _report(self, line: int, column: int, words: Wording) -> None:
        if len(self.problems) <= PROBLEM_LIMIT:
            where = Position(self.file, line + 1, column + 1)
            self.problems.append(Problem(where, self._path(), *words))

    def _check_depth(self, event: yaml.Event, depth: int) -> None:
        if depth > DEPTH_LIMIT:
            message = f"is nested more than {DEPTH_LIMIT} levels deep"
            remedy = "use the flat form: list each snapshot under `snapshots` with its `parent`"
            raise _StopError(Problem(self._at(event), "", message, remedy))

    def _problem(self, event: yaml.Event, message: str, remedy: str) -> Problem:
        return Problem(self._at(event), self._path(), message, remedy)

    def _at(self, event: yaml.Event) -> Position:
        line, column = _start(event)
        return Position(self.file, line + 1, column + 1)

    def _path(self) -> str:
        return key_path("", self._steps())

    def _steps(self) -> Iterator[PathPart]:
        return (step for above in self._stack if (step := above.step()) is not None)


def _start(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line, mark.column) if mark else (0, 0)


def _span(event: yaml.Event) -> tuple[int, int]:
    """The offsets of an event's text; PyYAML counts characters, in both of its scanners."""
    start, end = event.start_mark, event.end_mark
    return (start.index if start else 0), (end.index if end else 0)
