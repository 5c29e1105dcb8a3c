"""A host that is reached by an alias of libvirt's client configuration is what its server says.

The alias says neither who answers nor where the files lie: `getURI()` and the proofs do.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.harness.transcript import ROOT
from tests.lab import skips
from tests.lab.daemon import Daemon
from tests.lab.elsewhere import another_machine, forwarded, over_tcp
from tests.real_hosts.subject import Keys, Subject

pytestmark = skips.needs_root("libvirt reads a configuration of root's own")

NEXT: Final[Keys] = {"snapshots": [{"name": "next", "disks": {"vda": "external"}}]}
CONFIG: Final = "/etc/libvirt/libvirt.conf"
Way = Callable[[Daemon], AbstractContextManager[str]]
RUN: Final = 'mount --bind "$1" "$2" && shift 2 && exec "$@"'


@dataclass(frozen=True, slots=True)
class Aliased:
    """The command on a machine where libvirt's client configuration has one alias, `lab`."""

    folder: Path
    uri: str

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        config = self.folder / "libvirt.conf"
        config.write_text(f'uri_aliases = ["lab={self.uri}"]\n')
        private = ("unshare", "--mount", "sh", "-c", RUN, "sh", str(config), CONFIG)
        return subprocess.run(
            (*private, sys.executable, "-m", "reconcile", *words),
            env={**os.environ, "PYTHONPATH": str(ROOT), "XDG_STATE_HOME": str(self.folder)},
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )


def manifest(subject: Subject, keys: Keys, name: str = "manifest.yaml") -> str:
    """A manifest for the domain, written by the command's own test helper."""
    subject.run("validate", keys=keys)
    written = subject.folder / "manifest.yaml"
    return str(written.rename(subject.folder / name))


def test_an_alias_of_this_machine_is_this_machine(subject: Subject) -> None:
    subject.external("b")
    subject.write()
    before, path = subject.now(), manifest(subject, NEXT)
    aliased = Aliased(subject.folder, subject.daemon.uri)
    planned = aliased.run("-c", "lab", "plan", "--format", "json", path)
    assert planned.returncode == 0, planned.stderr
    assert json.loads(planned.stdout)["domains"][0]["connect"] == subject.daemon.uri
    applied = aliased.run("-c", "lab", "apply", "--yes", path)
    assert applied.returncode == 0, applied.stdout + applied.stderr
    assert (list(subject.names()), subject.now()) == (["next"], before)
    assert not subject.file("vda.b").exists()


def test_an_alias_and_the_uri_behind_it_are_one_host(subject: Subject) -> None:
    by_uri = manifest(subject, {**NEXT, "connect": subject.daemon.uri}, "first.yaml")
    by_alias = manifest(subject, {**NEXT, "connect": "lab"}, "second.yaml")
    ran = Aliased(subject.folder, subject.daemon.uri).run("plan", by_uri, by_alias)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "second.yaml" in ran.stdout + ran.stderr


@pytest.mark.parametrize("way", [over_tcp, forwarded], ids=lambda way: way.__name__)
def test_an_alias_of_another_machine_touches_nothing_here(lone_subject: Subject, way: Way) -> None:
    lone_subject.external("b")
    lone_subject.write()
    there = another_machine(lone_subject.daemon)
    here = {each.name: each.read_bytes() for each in lone_subject.domain.folder.iterdir()}
    path = manifest(lone_subject, NEXT)
    with way(lone_subject.daemon) as uri:
        applied = Aliased(lone_subject.folder, uri).run("-c", "lab", "apply", "--yes", path)
    assert applied.returncode == 0, applied.stdout + applied.stderr
    assert "removed the file" not in applied.stdout + applied.stderr
    left = {each.name: each.read_bytes() for each in lone_subject.domain.folder.iterdir()}
    assert left == here
    assert not there.there(lone_subject.file("vda.b")).exists()
    assert list(lone_subject.names()) == ["next"]
