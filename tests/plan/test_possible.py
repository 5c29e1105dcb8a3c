"""What can be done with a snapshot here and now: the same rules as in a plan, each action alone."""

from dataclasses import replace

import pytest

from reconcile.model.domain import Domain
from reconcile.model.host import Capabilities, Host
from reconcile.model.possibility import Possibility
from reconcile.model.snapshot import Mark
from reconcile.plan.possible import possibilities
from reconcile.rules.refusals import Code
from tests.harness.identity import HERE
from tests.rules.notation import FORKY, OWN, grown


def judged(domain: Domain, name: str, host: Capabilities = FORKY) -> tuple[Possibility, ...]:
    return possibilities(domain, name, Host(HERE, host))


def codes(domain: Domain, name: str, host: Capabilities = FORKY) -> list[str | None]:
    """The code of each refusal of revert, delete and forget; None where there is none."""
    found = judged(domain, name, host)
    return [each.refusals[0].code if each.refusals else None for each in found]


@pytest.mark.parametrize(
    ("history", "name", "host", "expected"),
    [
        ("int A, int B", "A", FORKY, [None, None, None]),
        ("int A", "A", FORKY, [None, Code.EMPTIES_TREE, None]),
        ("ext A, ext B", "A", FORKY, [None, None, Code.FORGET_EXTERNAL]),
        (
            "ext A, ext B",
            "A",
            OWN,
            [Code.REVERT_EXTERNAL, Code.EXTERNAL_OFFLINE, Code.FORGET_EXTERNAL],
        ),
    ],
)
def test_each_action_by_itself(
    history: str, name: str, host: Capabilities, expected: list[Code | None]
) -> None:
    assert codes(grown(history, host=host), name, host) == expected


def test_what_is_protected_is_neither_deleted_nor_forgotten() -> None:
    domain = grown("int A, int B")
    mark = Mark("A", "sha256:0", protect=True)
    tree = domain.tree.put(replace(domain.tree["A"], mark=mark))
    found = codes(replace(domain, tree=tree), "A")
    assert found == [None, Code.PROTECTED, Code.PROTECTED]


def test_a_refusal_comes_with_ways_that_are_open() -> None:
    domain = replace(grown("int A, int B"), managed_save=True)
    revert, *_ = judged(domain, "A")
    assert revert.refusals[0].code == Code.MANAGED_SAVE
    assert revert.refusals[0].ways
    assert (revert.step, revert.after) == (None, None)


def test_what_would_be_lost_is_known() -> None:
    revert, delete, _ = judged(grown("start, int A, int B"), "A")
    assert revert.step is not None
    assert [str(each) for each in revert.step.hazards] == ["discards-guest-state"]
    assert delete.after is not None
    assert [each.name for each in delete.after.tree] == ["B"]
