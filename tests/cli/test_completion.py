"""The script of `completion` in a real shell, and what it offers of a host."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from reconcile.cli.completion import SHELLS
from tests.harness import preloaded
from tests.harness.command import reconcile

HOST: Final = Path(__file__).parent / "files" / "host.xml"
HOSTILE: Final = "$(touch evil)"


def completed(folder: Path, *words: str) -> list[str]:
    """What bash offers at the end of these words, with a host of this machine as the default."""
    preloaded.write_program(folder / "reconcile")
    line = " ".join(f"'{word}'" for word in words)
    script = (
        "set -f; source <(reconcile completion bash) && "
        f"COMP_WORDS=({line}) COMP_CWORD={len(words) - 1} && "
        '_reconcile_completion reconcile && printf "%s\\n" "${COMPREPLY[@]}"'
    )
    host = folder / "host.xml"
    if not host.exists():
        shutil.copy(HOST, host)
    ran = subprocess.run(
        ("bash", "-c", script),
        env={
            **os.environ,
            "PATH": f"{folder}:{os.environ['PATH']}",
            "LIBVIRT_DEFAULT_URI": f"test://{host}",
        },
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return ran.stdout.split()


def test_commands_and_options(tmp_path: Path) -> None:
    assert completed(tmp_path, "reconcile", "expl") == ["explain"]
    assert "--descendants" in completed(tmp_path, "reconcile", "list", "--d")


def test_names_of_domains_and_snapshots(tmp_path: Path) -> None:
    assert completed(tmp_path, "reconcile", "list", "") == ["web01"]
    assert completed(tmp_path, "reconcile", "list", "web01", "--from", "b") == ["base"]
    assert completed(tmp_path, "reconcile", "list", "x") == []


def test_a_name_that_a_shell_would_run_is_not_offered(tmp_path: Path) -> None:
    (tmp_path / "host.xml").write_text(HOST.read_text().replace(">base<", f">{HOSTILE}<"))
    assert completed(tmp_path, "reconcile", "list", "web01", "--from", "") == []


def test_no_other_machine_is_asked(tmp_path: Path) -> None:
    asked = ("reconcile", "-c", "qemu+ssh://no.such.host/system", "list", "")
    assert completed(tmp_path, *asked) == []


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_has_a_script(shell: str) -> None:
    ran = reconcile("completion", shell)
    assert ran.code == 0
    assert f"_RECONCILE_COMPLETE={shell}_complete" in ran.out
