"""Which tree is for which domain of a host."""

import pytest

from reconcile.manifest.assignment import assign
from reconcile.model.desired import DesiredTree, Position
from reconcile.model.identity import DomainId
from tests.harness.identity import HERE

UUID = "6f1d3c1e-3f0b-4b61-9a45-1a2b3c4d5e6f"
UUIDS = {"web01": UUID, "lab-b": "2" * 32, "lab-a": "1" * 32, "odd[1]": "3" * 32}
DOMAINS = [DomainId(HERE, uuid, name) for name, uuid in UUIDS.items()]


def tree(*domains: str, several: bool = True, line: int = 1) -> DesiredTree:
    return DesiredTree(domains, Position("a.yaml", line, 1), several=several)


def names(*trees: DesiredTree) -> list[str]:
    assigned = assign(trees, DOMAINS)
    assert assigned.problems == ()
    return [target.id.name for target in assigned.targets]


def problems(*trees: DesiredTree) -> list[str]:
    return [f"{one.path}: {one.message}" for one in assign(trees, DOMAINS).problems]


@pytest.mark.parametrize("word", ["web01", UUID, UUID.upper(), UUID.replace("-", "")])
def test_one_domain_by_name_or_uuid(word: str) -> None:
    assert names(tree(word, several=False)) == ["web01"]


def test_several_by_name_uuid_and_glob_each_once_and_sorted() -> None:
    assert names(tree("lab-*", "lab-b", UUID)) == ["lab-a", "lab-b", "web01"]


def test_a_name_that_looks_like_a_glob_is_a_name_first() -> None:
    assert names(tree("odd[1]"), tree("web01")) == ["odd[1]", "web01"]


def test_a_target_is_a_domain_and_its_tree() -> None:
    declared = tree("web01")
    (target,) = assign([declared], DOMAINS).targets
    assert (target.id.uuid, target.desired) == (UUID, declared)


def test_domain_is_never_a_glob() -> None:
    (problem,) = assign([tree("lab-*", several=False)], DOMAINS).problems
    assert problem.path == "domain"
    assert problem.message == 'domain "lab-*" does not exist on this host'
    assert problem.remedy == "globs belong in `domains`"


def test_every_selector_without_a_domain_is_told() -> None:
    assert problems(tree("web01", "gone", "x-*")) == [
        'domains[1]: domain "gone" does not exist on this host',
        'domains[2]: glob "x-*" matches no domain of this host',
    ]


def test_a_domain_with_two_trees_is_told_with_both_places() -> None:
    told = problems(tree("lab-*"), tree(UUID, line=7), tree("*-a", line=9))
    assert told == ['domains: domain "lab-a" has another tree, at a.yaml:1:1']


@pytest.mark.parametrize(
    ("word", "host", "remedy"),
    [
        ("wbe01", "qemu:///system", 'did you mean "web01"? Else define it first'),
        ("lab_a", "qemu:///session", 'did you mean "lab-a"? Else define it first'),
        ("gold", "qemu:///system", "define it first, or correct the name"),
        (
            "gold",
            "qemu:///session",
            "this is your own session: name the system's host with `-c qemu:///system`",
        ),
        ("*", "qemu:///system", "globs belong in `domains`"),
    ],
)
def test_a_domain_that_is_not_there_has_the_remedy_of_the_likely_mistake(
    word: str, host: str, remedy: str
) -> None:
    (problem,) = assign([tree(word, several=False)], DOMAINS, host).problems
    assert problem.remedy == remedy
