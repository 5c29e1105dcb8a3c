"""A manifest's `connect` holds no power: no program of its choice is started, no file read."""

import subprocess
import sys
from pathlib import Path

import pytest

from reconcile.errors import ManifestError
from reconcile.manifest.load import load
from reconcile.model.connect_uri import unsafe_reason
from tests.harness import preloaded
from tests.harness.canary import canary_of

OPEN = "import libvirt, sys; libvirt.openReadOnly(sys.argv[1])"

# Spellings with which libvirt's client (tried with 9.0.0) starts PROGRAM as it opens the URI.
STARTS = [
    "qemu+ext:///system?command=PROGRAM",
    "qemu+ext:/system?command=PROGRAM",
    "qemu+ext://kvm1/system?command=PROGRAM#x",
    "qemu+EXT:///system?command=PROGRAM",
    "QEMU+ext:///system?command=PROGRAM",
    "lxc+ext:///?command=PROGRAM",
    "none+ext:///x?command=PROGRAM",
    "test+ext:///default?command=PROGRAM",
    "remote+ext:///?name=qemu:///system&command=PROGRAM",
    "qemu+ext:///system?COMMAND=PROGRAM",
    "qemu+ext:///system?comm%61nd=PROGRAM",
    "qemu+ext:///system?mode=direct;command=PROGRAM",
    "qemu+ext:///system?command=/nowhere&command=PROGRAM",
    "qemu+ssh://kvm1/system?command=PROGRAM",
    "qemu+ssh://kvm1/system?mode=legacy&command=PROGRAM",
]


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """A file that is not there, and beside it a program that makes it."""
    return canary_of(tmp_path / "program")


def manifest(folder: Path, uri: str) -> Path:
    file = folder / "a.yaml"
    file.write_text(
        f"apiVersion: reconcile/v1\ndomain: a\nconnect: '{uri}'\nsnapshots: [{{name: b}}]\n"
    )
    return file


@pytest.mark.parametrize("spelling", STARTS)
def test_what_starts_a_program_is_refused(spelling: str, canary: Path) -> None:
    uri = spelling.replace("PROGRAM", str(canary.with_name("program")))
    subprocess.run([sys.executable, "-c", OPEN, uri], capture_output=True, check=False, timeout=60)
    assert canary.exists()  # the trap is armed: this is what opening it does
    assert unsafe_reason(uri) is not None
    with pytest.raises(ManifestError) as caught:
        load([manifest(canary.parent, uri)])
    (problem,) = caught.value.problems
    assert problem.path == "connect"
    assert problem.message.startswith("names a host in a way that a manifest may not: ")
    assert problem.remedy == "name such a host by -c, LIBVIRT_DEFAULT_URI or a hosts file"


@pytest.mark.parametrize("command", ["validate", "plan", "apply"])
def test_no_command_starts_it(command: str, canary: Path) -> None:
    file = manifest(canary.parent, f"qemu+ext:///system?command={canary.with_name('program')}")
    words = [preloaded.program(), command, str(file)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "names a host in a way that a manifest may not" in done.stderr
    assert not canary.exists()


def test_no_file_is_read_by_the_test_driver(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("swordfish\n")
    words = [preloaded.program(), "plan", str(manifest(tmp_path, f"test://{secret}"))]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "its path is not /default" in done.stderr
    assert "swordfish" not in done.stdout + done.stderr
