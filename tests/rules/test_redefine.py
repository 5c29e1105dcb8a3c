"""Every reason not to rewrite metadata, and the little that rewriting may change."""

from dataclasses import replace

import pytest

from reconcile.model.action import Redefine
from reconcile.model.domain import Domain
from reconcile.model.host import Dump
from reconcile.model.plan import Refusal
from reconcile.rules.effect import effect
from reconcile.rules.refusals import Code
from tests.rules.cases import Case, edited, snapshot
from tests.rules.notation import FORKY, domain, drawn, grown

INSIDE, CHAIN = grown("int A, int B"), grown("ext A, ext B")


def below(name: str, parent: str | None, **fields: object) -> Redefine:
    """A redefine that gives the snapshot this parent."""
    return replace(Redefine(name, parent, "", None), **fields)  # type: ignore[arg-type] # its own fields


def dumped(now: Domain, name: str, uuid: str) -> Dump:
    return Dump(snapshot(now, name), uuid)


LOST = domain()
DUMP = dumped(CHAIN, "A", "another")

CASES = [
    Case(Code.SNAPSHOT_GONE, domain(), below("A", None)),
    Case(
        Code.NO_EMBEDDED_DOMAIN,
        edited(INSIDE, "B", has_domain=False),
        below("B", "A", description="new"),
    ),
    Case(Code.METADATA_TOO_LONG, INSIDE, below("B", "A", description="x" * 70_000)),
    Case(Code.PARENT_REFUSED, INSIDE, below("B", "missing")),
    Case(Code.PARENT_CYCLE, INSIDE, below("A", "B")),
    Case(Code.REPARENT_EXTERNAL, CHAIN, below("B", None)),
    Case(Code.POINTER_EXTERNAL, CHAIN, below("A", None, current=True)),
    Case(Code.COPY_INTERNAL, INSIDE, below("copy", "A", copy_of="B")),
    Case(Code.COPY_ELSEWHERE, CHAIN, below("copy", None, copy_of="B")),
    Case(Code.COPY_MISSING, CHAIN, below("copy", None, copy_of="missing")),
    Case(Code.NAME_TAKEN, CHAIN, below("A", "A", copy_of="B")),
    Case(Code.DUMP_WRONG, LOST, below("A", None, dump=DUMP, file="A.xml")),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_refused(case: Case) -> None:
    assert case.refusal() == case.code


@pytest.mark.parametrize(
    ("now", "action", "drawing"),
    [
        (INSIDE, below("B", None), "A int; B int*"),
        (INSIDE, below("A", None, current=True), "A int* (B int)"),
        (CHAIN, below("copy", "A", copy_of="B"), "A ext (B ext*) (copy ext)"),
        (grown("ext A, int B, int C"), below("C", "A"), "A ext (B int) (C int*)"),
    ],
)
def test_what_it_leaves(now: Domain, action: Redefine, drawing: str) -> None:
    after = effect(now, action, FORKY)
    assert not isinstance(after, Refusal), after
    assert drawn(after.tree) == drawing
