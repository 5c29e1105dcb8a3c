"""What the README says about one's own host is done as it stands, on a host with a snapshot."""

import re
import subprocess
from pathlib import Path

from tests.harness.transcript import ROOT, Session
from tests.lab import metadata
from tests.lab.fixtures import MakeDomain

BLOCK = re.compile(r"(?<=^```sh\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
TAKEN = """\
<domainsnapshot>
  <name>base</name>
  <description>Clean install</description>
</domainsnapshot>
"""
EDITED = "By the README"


def test_the_readme_ends_on_ones_own_host(make_domain: MakeDomain, tmp_path: Path) -> None:
    domain = make_domain()
    with domain.handle() as handle:
        handle.snapshotCreateXML(TAKEN)
    (block,) = BLOCK.findall((ROOT / "README.md").read_text("utf-8"))
    commands = block.replace("web01", domain.name).replace(
        "reconcile apply", "reconcile apply --yes"
    )
    (tmp_path / "editor").write_text(f'#!/bin/sh\nsed -i "s/Clean install/{EDITED}/" "$1"\n')
    (tmp_path / "editor").chmod(0o755)
    subprocess.run(("git", "init", "-q", str(tmp_path)), check=True)
    session = Session(
        tmp_path,
        {
            "LIBVIRT_DEFAULT_URI": domain.daemon.uri,
            "EDITOR": str(tmp_path / "editor"),
            "XDG_STATE_HOME": str(tmp_path / "state"),
            "GIT_CONFIG_GLOBAL": "/dev/null",
            **{
                f"GIT_{who}_{what}": "me@here"
                for who in ("AUTHOR", "COMMITTER")
                for what in ("NAME", "EMAIL")
            },
        },
    )
    said = [session.replay(f"$ {command}\n") for command in commands.splitlines()]
    assert [each for each in said if "[exit" in each] == []
    assert "In sync: nothing to do." in said[2]
    assert EDITED in said[5]
    assert metadata.snapshots(domain)["base"].description == EDITED
