"""The commit of a manifest: what git says it is, learned without running anything."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reconcile.errors import RevisionError
from reconcile.manifest.revision import commit_of, with_revisions
from reconcile.model.desired import DesiredTree, Position

COMMIT = "0123456789abcdef0123456789abcdef01234567"
WHO = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main")
ALONE = {**os.environ, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null"}


def git(folder: Path, *words: str) -> str:
    command = ["git", *WHO, "-C", str(folder), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=ALONE)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit that holds a manifest in a folder."""
    folder = tmp_path / "repository"
    (folder / "manifests").mkdir(parents=True)
    (folder / "manifests" / "a.yaml").write_text("apiVersion: reconcile/v1\n")
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    return folder


def head(folder: Path) -> str:
    return git(folder, "rev-parse", "HEAD")


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


def plant_configuration(git_dir: Path, canary: Path) -> None:
    """Everything in a repository's configuration that git may start as it looks at files."""
    program = git_dir / "program.sh"
    program.write_text(f"#!/bin/sh\ntouch {canary}\ncat\n")
    program.chmod(0o755)
    with (git_dir / "config").open("a") as config:
        config.write(
            f"[core]\n\tfsmonitor = {program}\n\tpager = {program}\n\tsshCommand = {program}\n"
            f'\thooksPath = {git_dir}/hooks\n[filter "x"]\n\tclean = {program}\n'
            f'\tprocess = {program}\n[diff "x"]\n\ttextconv = {program}\n'
        )
    hooks = git_dir / "hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("post-index-change", "reference-transaction", "post-checkout"):
        (hooks / hook).write_text(program.read_text())
        (hooks / hook).chmod(0o755)


def plant_attributes(folder: Path) -> None:
    """A file that git passes through the filter to see whether it changed."""
    (folder / ".gitattributes").write_text("* filter=x diff=x\n")
    (folder / "a.yaml").write_text("changed\n")


def hostile_work_tree(repository: Path, canary: Path) -> Path:
    """A `.git` folder that came with an archive, a cache or an artifact."""
    plant_attributes(repository / "manifests")
    plant_configuration(repository / ".git", canary)
    return repository / "manifests"


def hostile_bare_layout(repository: Path, canary: Path) -> Path:
    """A folder of an ordinary clone that is itself laid out as a repository."""
    folder = repository / "manifests"
    git(folder, "init", "-q", "--bare", ".")
    (folder / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = false\n")
    with (folder / "config").open("a") as config:
        config.write(f"\tworktree = {folder}\n")
    commit = git(repository, "rev-parse", "HEAD")
    git(folder, "fetch", "-q", str(repository / ".git"), "main")
    (folder / "HEAD").write_text(f"{commit}\n")
    plant_configuration(folder, canary)
    return folder


def hostile_git_file(repository: Path, canary: Path) -> Path:
    """A `.git` file that leads to a repository that somebody prepared elsewhere."""
    plant_attributes(repository / "manifests")
    elsewhere = (repository / ".git").rename(repository.parent / "elsewhere")
    plant_configuration(elsewhere, canary)
    (repository / ".git").write_text("gitdir: ../elsewhere\n")
    return repository / "manifests"


Hostile = Callable[[Path, Path], Path]
HOSTILE: list[Hostile] = [hostile_work_tree, hostile_bare_layout, hostile_git_file]


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: str(make.__name__))
def test_git_itself_runs_what_a_hostile_repository_names(
    make: Hostile, repository: Path, tmp_path: Path
) -> None:
    """The trap is armed: this is what asking git would do."""
    canary = tmp_path / "canary"
    folder = make(repository, canary)
    command = ["git", "-C", str(folder), "describe", "--always", "--dirty", "--exclude=*"]
    subprocess.run(command, capture_output=True, check=False, env=ALONE)
    assert canary.exists()


WITHOUT_PROGRAMS = """
import sys
from pathlib import Path
from reconcile.manifest.revision import commit_of
def refuse(event, _arguments):
    if event.startswith(("subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn")):
        raise SystemExit(f"started a program: {event}")
sys.addaudithook(refuse)
print(commit_of(Path(sys.argv[1])))
"""


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: str(make.__name__))
def test_nothing_runs_in_a_hostile_repository(
    make: Hostile, repository: Path, tmp_path: Path
) -> None:
    commit, canary = head(repository), tmp_path / "canary"
    folder = make(repository, canary)
    command = [sys.executable, "-c", WITHOUT_PROGRAMS, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == (f"{commit}\n", "", 0)
    assert not canary.exists()


HOST = Path(__file__).parents[1] / "cli" / "files"


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: str(make.__name__))
def test_a_plan_in_a_hostile_repository_runs_nothing(
    make: Hostile, repository: Path, tmp_path: Path
) -> None:
    commit, canary = head(repository), tmp_path / "canary"
    folder = make(repository, canary)
    (folder / "a.yaml").write_bytes((HOST / "web01.yaml").read_bytes())
    command = [sys.executable, "-m", "reconcile", "-c", f"test://{HOST}/host.xml", "plan"]
    saved = tmp_path / "plan.json"
    options = ["--out", str(saved), str(folder / "a.yaml")]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert f'"{commit}"' in saved.read_text("utf-8")
    assert not canary.exists()


def test_a_bare_layout_alone_is_no_repository(repository: Path, tmp_path: Path) -> None:
    folder = hostile_bare_layout(repository, tmp_path / "canary")
    (tmp_path / "alone").mkdir()
    folder.rename(tmp_path / "alone" / "manifests")
    assert commit_of(tmp_path / "alone" / "manifests") is None


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
