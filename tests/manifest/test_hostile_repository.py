"""A repository that somebody else prepared: learning a manifest's commit runs nothing of it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reconcile.manifest.revision import commit_of
from tests.harness import preloaded
from tests.manifest.repositories import ALONE, git, head


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
    command = [preloaded.program(), "-c", f"test://{HOST}/host.xml", "plan"]
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
