"""Manifests of any size are told what is wrong with them, and keep nothing busy."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from reconcile.errors import ManifestError
from reconcile.errors.manifest import PROBLEM_LIMIT, SHOWN
from reconcile.manifest import yaml_nodes
from reconcile.manifest.globs import Globs
from reconcile.manifest.load import load

HEAD = "apiVersion: reconcile/v1\ndomain: web01\n"
BASE = f"{HEAD}snapshots: [{{name: base}}]\n"


def failure(folder: Path, *texts: str) -> ManifestError:
    for number, text in enumerate(texts):
        (folder / f"{number:05}.yaml").write_text(text, "utf-8")
    with pytest.raises(ManifestError) as caught:
        load([folder])
    return caught.value


def said(folder: Path, *texts: str) -> list[str]:
    problems = failure(folder, *texts).problems
    return [f"{one.path}: {one.message}; {one.remedy}" for one in problems]


def names(count: int, first: str = "s") -> str:
    return ", ".join(f"{first}{number}" for number in range(count))


def entries(numbers: Iterable[int]) -> str:
    return "".join(f"  - {{name: s{number}}}\n" for number in numbers)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"domains: [{names(1001)}]\n", "domains: has more than 1,000 items; remove some"),
        (f"domain: {'x' * 256}\n", "domain: is longer than 255 characters; shorten it"),
        (f"domains: ['{'*a' * 128}']\n", "domains[0]: is longer than 255 characters; shorten it"),
    ],
)
def test_domains_are_bounded(tmp_path: Path, text: str, problem: str) -> None:
    assert said(tmp_path, BASE.replace("domain: web01\n", text)) == [problem]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"ignore: [{names(1001, 'x')}]", "ignore: has more than 1,000 items; remove some"),
        (f"ignore: ['{'[a-z]' * 52}']", "ignore[0]: is longer than 255 characters; shorten it"),
        (f"forget: [{names(20001)}]", "forget: has more than 20,000 items; remove some"),
        (f"connect: {'x' * 1025}", "connect: is longer than 1,024 characters; shorten it"),
        (f"current: {'x' * 1025}", "current: is longer than 1,024 characters; shorten it"),
        ("allow: [" + "deletes-data, " * 101 + "]", "allow: has more than 100 items; remove some"),
    ],
)
def test_lists_and_names_of_a_document_are_bounded(tmp_path: Path, text: str, problem: str) -> None:
    assert problem in said(tmp_path, f"{BASE}{text}\n")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"name: {'x' * 1025}", "name: is longer than 1,024 characters; shorten it"),
        (f"labels: {{a: {'x' * 4097}}}", "labels.a: is longer than 4,096 characters; shorten it"),
        ("labels: {" + names(1001).replace(",", ": a,") + ": a}", "labels: has more than 1,000"),
        (
            "disks: {" + names(1001).replace(",", ": none,") + ": none}",
            "disks: has more than 1,000",
        ),
        (
            f"disks: {{{'v' * 65}: none}}",
            f'"{"v" * 59}…": is longer than 64 characters; shorten it',
        ),
        (f"memory: {{external: /{'x' * 4095}}}", "memory.external: is longer than 4,095 char"),
    ],
)
def test_an_entry_is_bounded(tmp_path: Path, text: str, problem: str) -> None:
    name = "" if text.startswith("name") else "name: base, "
    (told,) = said(tmp_path, f"{HEAD}snapshots: [{{{name}{text}}}]\n")
    assert problem in told


def test_as_many_snapshots_as_are_allowed(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(f"{HEAD}snapshots:\n{entries(range(20_000))}")
    (tree,) = load([tmp_path])
    assert len(tree.snapshots) == 20_000


def test_one_snapshot_too_many(tmp_path: Path) -> None:
    text = f"{HEAD}snapshots:\n{entries(range(20_001))}"
    assert said(tmp_path, text) == ["snapshots: has more than 20,000 items; remove some"]


def test_too_many_nested_snapshots(tmp_path: Path) -> None:
    """No list is too long, and all together are: told once, however many there are."""
    nested = ", ".join(f"{{name: c{number}}}" for number in range(1000))
    text = "".join(
        f"  - {{name: s{number}, children: [{nested.replace('c', f'c{number}x')}]}}\n"
        for number in range(30)
    )
    problem = "snapshots: declares more than 20,000 snapshots, nested ones included; declare fewer"
    assert said(tmp_path, f"{HEAD}snapshots:\n{text}") == [problem]


def test_values_of_a_file_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_nodes, "VALUE_LIMIT", 20)
    (first, *_) = said(tmp_path, f"{HEAD}domains: [{names(13)}]\n")
    assert first == ': lacks `snapshots`; add `snapshots: [{"name": "base"}]`'
    problem = "the file has more than 20 values; split it: one file per domain"
    assert said(tmp_path, f"{HEAD}domains: [{names(14)}]\n") == [f"domains[13]: {problem}"]


COSTLY = ", ".join(f"'*{'ab' * 60}{number}'" for number in range(1000))


def test_globs_that_would_take_long_are_told(tmp_path: Path) -> None:
    """120 characters of a thousand globs, each compared with 20,000 names of 100 characters."""
    text = "".join(f"  - {{name: {'ab' * 50}{number}}}\n" for number in range(20_000))
    message = "has too many wildcards for so many snapshots to be compared with"
    assert said(tmp_path, f"{HEAD}ignore: [{COSTLY}]\nsnapshots:\n{text}") == [
        f"ignore: {message}; use fewer or shorter globs"
    ]


def test_many_globs_of_ordinary_length_are_compared(tmp_path: Path) -> None:
    globs = ", ".join(f"'backup-{number}-*'" for number in range(900))
    text = entries(range(5_000)) + "  - {name: backup-899-x}\n"
    (told,) = said(tmp_path, f"{HEAD}ignore: [{globs}]\nsnapshots:\n{text}")
    message = 'snapshots[5000].name: "backup-899-x" matches "backup-899-*" of `ignore`'
    assert told == f"{message}; narrow the glob, or remove the entry"


@pytest.mark.parametrize(
    ("globs", "name", "found"),
    [
        ((), "a", None),
        (("a", "b*"), "a", "a"),
        (("a", "b*"), "bc", "b*"),
        (("b*", "bc"), "bc", "bc"),
        (("a?", "a*"), "ab", "a?"),
        (("[!a]",), "a", None),
        (("[",), "[", "["),
        (("a*b*c*",) * 3, "abcd", "a*b*c*"),
        (("*a" * 60 + "b",), "a" * 200, None),
    ],
)
def test_globs(globs: tuple[str, ...], name: str, found: str | None) -> None:
    assert Globs(globs).match(name) == found


def test_many_documents_for_one_domain_are_told_once(tmp_path: Path) -> None:
    (told,) = said(tmp_path, *[BASE] * 1000)
    first = tmp_path / "00000.yaml"
    assert told == (
        f'domain: domain "web01" has another document, at {first}:2:9, and 998 more; '
        "merge them into one"
    )


def test_the_first_problems_are_shown_and_how_many_there_are(tmp_path: Path) -> None:
    text = "".join(f"  - {{name: s{number}, x: 1}}\n" for number in range(150))
    error = failure(tmp_path, f"{HEAD}snapshots:\n{text}")
    assert error.message == "150 problems in the manifests, of which the first 100 are shown"
    assert [one.position.line for one in error.problems] == [*range(4, 4 + SHOWN)]


MISTAKES = {
    "unknown keys": "snapshots: [{name: base}]\n" + "".join(f"x{n}: 1\n" for n in range(50_000)),
    "entries": "snapshots:\n" + "".join(f"  - {{name: s{n}, x: 1}}\n" for n in range(15_000)),
    "names": "snapshots:\n" + "  - {name: base}\n" * 15_000,
    "tags": "snapshots:\n" + "".join(f"  - {{name: !x s{n}}}\n" for n in range(15_000)),
    "duplicate keys": "snapshots: [{name: base}]\n" + "domain: a\n" * 50_000,
    "documents": "snapshots: []\n---\n" + f"{HEAD}snapshots: []\n---\n" * 15_000,
}


@pytest.mark.parametrize("kind", MISTAKES)
def test_the_search_for_problems_ends(tmp_path: Path, kind: str) -> None:
    error = failure(tmp_path, HEAD + MISTAKES[kind], "never read")
    assert error.message.startswith("at least 1,")
    assert error.message.endswith(" problems in the manifests, of which the first 100 are shown")
    assert len(error.problems) == SHOWN
    assert not any(one.position.file.endswith("00001.yaml") for one in error.problems)


def test_a_hundred_files_with_one_problem_each(tmp_path: Path) -> None:
    error = failure(tmp_path, *[BASE + "x: 1\n"] * (PROBLEM_LIMIT - 1))
    # Those documents are all for one domain, too.
    assert error.message.startswith("1,000 problems in the manifests")


LONG = "x" * 100_000
HUGE = {
    "key": f"snapshots: [{{name: base}}]\n{LONG}: 1\n",
    "name": f"snapshots: [{{name: {LONG}}}]\n",
    "name on two lines": f'snapshots: [{{name: "{LONG}\\n"}}]\n',
    "word": f"prune: {LONG}\nsnapshots: [{{name: base}}]\n",
    "alias": f"snapshots: [{{name: *{LONG}}}]\n",
    "tag": f"snapshots: [{{name: !{LONG} a}}]\n",
    "parent": f"snapshots: [{{name: base, parent: {LONG}}}]\n",
    "path": f"snapshots: [{{name: base, memory: {{external: {LONG}}}}}]\n",
    "entry": f"snapshots: [{LONG}]\n",
}


@pytest.mark.parametrize("kind", HUGE)
def test_messages_are_short_whatever_the_manifest_holds(tmp_path: Path, kind: str) -> None:
    for problem in failure(tmp_path, HEAD + HUGE[kind]).problems:
        assert len(f"{problem.path}{problem.message}{problem.remedy}") < 500
