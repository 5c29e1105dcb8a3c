"""Git repositories to learn a manifest's commit from."""

import os
import subprocess
from pathlib import Path

WHO = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main")
ALONE = {**os.environ, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null"}


def git(folder: Path, *words: str) -> str:
    command = ["git", *WHO, "-C", str(folder), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=ALONE)
    return done.stdout.strip()


def make(folder: Path) -> Path:
    """Make a repository with one commit that holds a manifest in a folder of it."""
    (folder / "manifests").mkdir(parents=True)
    (folder / "manifests" / "a.yaml").write_text("apiVersion: reconcile/v1\n")
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    return folder


def head(folder: Path) -> str:
    return git(folder, "rev-parse", "HEAD")
