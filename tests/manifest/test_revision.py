"""The commit of a manifest: what git says it is, learned without running anything."""

import os
from pathlib import Path

import pytest

from reconcile.errors import RevisionError
from reconcile.manifest.revision import commit_of, with_revisions
from reconcile.model.desired import DesiredTree, Position
from tests.manifest.repositories import git, head

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def test_the_commit_of_a_branch(repository: Path) -> None:
    assert commit_of(repository / "manifests") == head(repository)


def test_refs_that_are_packed(repository: Path) -> None:
    git(repository, "tag", "-a", "-m", "a tag", "v1")
    git(repository, "pack-refs", "--all")
    assert not (repository / ".git" / "refs" / "heads" / "main").exists()
    assert commit_of(repository) == head(repository)


def test_a_ref_that_moved_since_it_was_packed(repository: Path) -> None:
    git(repository, "pack-refs", "--all")
    packed = head(repository)
    git(repository, "commit", "-q", "--allow-empty", "-m", "second")
    assert commit_of(repository) == head(repository) != packed


@pytest.mark.parametrize("name", ["a/b/c", "grün", "with.dots", "a+b@c"])
def test_names_of_branches(repository: Path, name: str) -> None:
    git(repository, "checkout", "-q", "-b", name)
    git(repository, "commit", "-q", "--allow-empty", "-m", "second")
    assert commit_of(repository) == head(repository)
    git(repository, "pack-refs", "--all")
    assert commit_of(repository) == head(repository)


def test_a_detached_head_and_a_shallow_clone(repository: Path, tmp_path: Path) -> None:
    git(repository, "commit", "-q", "--allow-empty", "-m", "second")
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{repository}", "clone")
    git(tmp_path / "clone", "checkout", "-q", "--detach")
    assert commit_of(tmp_path / "clone") == head(repository)


def test_a_linked_work_tree(repository: Path, tmp_path: Path) -> None:
    git(repository, "worktree", "add", "-q", "-b", "other", str(tmp_path / "other"))
    git(tmp_path / "other", "commit", "-q", "--allow-empty", "-m", "second")
    assert commit_of(tmp_path / "other" / "manifests") == head(tmp_path / "other")
    git(repository, "pack-refs", "--all")
    assert commit_of(tmp_path / "other") == head(tmp_path / "other") != head(repository)
    assert commit_of(repository) == head(repository)


def test_a_submodule_has_its_own_commit(repository: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "outer")
    outer = tmp_path / "outer"
    local = ("-c", "protocol.file.allow=always")
    git(outer, *local, "submodule", "--quiet", "add", str(repository), "inner")
    git(outer, "commit", "-q", "-m", "outer")
    assert (outer / "inner" / ".git").is_file()
    assert commit_of(outer / "inner" / "manifests") == head(repository) != head(outer)


def test_sha_256(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--object-format=sha256")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "first")
    commit = commit_of(tmp_path)
    assert commit == head(tmp_path)
    assert len(commit) == 64


def test_no_commit_yet_and_no_repository(tmp_path: Path) -> None:
    (tmp_path / "unborn").mkdir()
    git(tmp_path / "unborn", "init", "-q")
    assert commit_of(tmp_path / "unborn") is None
    assert commit_of(tmp_path) is None
    assert commit_of(tmp_path / "nothing" / "here") is None
    assert commit_of(Path("a\0b")) is None


def tree(file: Path) -> DesiredTree:
    return DesiredTree(("a",), Position(str(file), 1, 1))


def test_every_tree_gets_the_commit_of_its_manifest(repository: Path, tmp_path: Path) -> None:
    files = [repository / "manifests" / "a.yaml", tmp_path / "b.yaml", repository / "c.yaml"]
    found = with_revisions([tree(file) for file in files])
    assert [one.revision for one in found] == [head(repository), None, head(repository)]


def test_nothing_is_remembered(repository: Path) -> None:
    file = repository / "manifests" / "a.yaml"
    (before,) = with_revisions([tree(file)])
    git(repository, "commit", "-q", "--allow-empty", "-m", "second")
    (after,) = with_revisions([tree(file)])
    assert before.revision != after.revision == head(repository)


def test_an_explicit_revision_comes_first(repository: Path) -> None:
    (found,) = with_revisions([tree(repository / "a.yaml")], "v1.2-3-gabc")
    assert found.revision == "v1.2-3-gabc"


@pytest.mark.parametrize("text", ["", "-x", "a b", "a\nb", "é", "x" * 129, "::error::"])
def test_an_explicit_revision_is_a_plain_word(text: str) -> None:
    with pytest.raises(RevisionError):
        with_revisions([], text)


CI = [("GITHUB_SHA", "GITHUB_WORKSPACE"), ("CI_COMMIT_SHA", "CI_PROJECT_DIR")]


@pytest.mark.parametrize(("commit", "checkout"), CI)
def test_a_job_says_the_commit_of_its_checkout_where_git_says_nothing(
    commit: str, checkout: str, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for names in CI:
        for name in names:
            monkeypatch.delenv(name, raising=False)
    inside, outside = tmp_path / "job/manifests", tmp_path / "elsewhere"
    inside.mkdir(parents=True)
    outside.mkdir()
    monkeypatch.setenv(commit, "a" * 40)
    (without,) = with_revisions([tree(inside / "a.yaml")])
    assert without.revision is None
    monkeypatch.setenv(checkout, str(tmp_path / "job"))
    folders = (inside, outside, repository)
    found = with_revisions([tree(folder / "a.yaml") for folder in folders])
    assert [one.revision for one in found] == ["a" * 40, None, head(repository)]
    monkeypatch.setenv(commit, "::error::x")
    (forged,) = with_revisions([tree(inside / "a.yaml")])
    assert forged.revision is None


NO_COMMIT = "root:$6$salt$hash:19000:0:99999:7:::"


@pytest.mark.parametrize(
    "content",
    [
        NO_COMMIT,
        "ref: ../../../../secret",
        "ref: refs/../../secret",
        "ref: /secret",
        "ref: secret",
        "ref: refs/heads/link",
        "ref: refs/heads/circle",
        "ref: refs/heads/pipe",
        "ref: refs/heads/a\0b",
        "ref: refs/heads",
        "",
        "x" * 100_000,
        COMMIT.upper(),
        COMMIT + "0",
    ],
)
def test_a_head_that_names_no_commit(repository: Path, content: str) -> None:
    (repository / "secret").write_text(f"{COMMIT}\n")
    heads = repository / ".git" / "refs" / "heads"
    (heads / "link").symlink_to(repository / "secret")
    (heads / "circle").write_text("ref: refs/heads/circle\n")
    os.mkfifo(heads / "pipe")
    (repository / ".git" / "HEAD").write_text(content)
    assert commit_of(repository) is None


@pytest.mark.parametrize("content", [NO_COMMIT, "gitdir: ", "gitdir: /nowhere", "gitdir: a\0b", ""])
def test_a_git_file_that_leads_nowhere(repository: Path, content: str) -> None:
    (repository / "manifests" / ".git").write_text(content)
    assert commit_of(repository / "manifests") is None


@pytest.mark.parametrize("kind", ["link", "pipe", "device"])
def test_a_git_entry_that_is_no_file(repository: Path, kind: str) -> None:
    entry = repository / "manifests" / ".git"
    if kind == "pipe":
        os.mkfifo(entry)
    else:
        entry.symlink_to(repository / ".git" if kind == "link" else Path("/dev/zero"))
    assert commit_of(repository / "manifests") is None


def test_packed_refs_that_are_no_such_file(repository: Path) -> None:
    git(repository, "pack-refs", "--all")
    packed = repository / ".git" / "packed-refs"
    packed.unlink()
    os.mkfifo(packed)
    assert commit_of(repository) is None
