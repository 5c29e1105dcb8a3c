"""The folder of a fuzzing process: a test host, files that must stay, and the tool's own state."""

import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.fuzz.host_xml import EMPTY
from tests.harness.transcript import ROOT

HOST: Final = ROOT / "tests/cli/files/host.xml"
MANIFEST: Final = ROOT / "tests/cli/files/web01.yaml"
RESTORING: Final = """\
apiVersion: reconcile/v1
domain: web01
current: base
snapshots: [{name: base, redefine-from: case.xml}]
"""
PLACED: Final = """\
apiVersion: reconcile/v1
domain: web01
connect: kvm1
snapshots: [{name: base, memory: {external: /images/a.mem}}]
"""
PROGRAM: Final = "#!/bin/sh\n: >>{trace}\n"


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Everything that a case can name lies below `folder`; only `state` may change."""

    folder: Path

    @property
    def host(self) -> str:
        """The URI of a host of libvirt's test driver, with the domain web01 and a snapshot."""
        return f"test://{self.folder}/host.xml"

    @property
    def manifest(self) -> Path:
        """A manifest for that domain."""
        return self.folder / "web01.yaml"

    @property
    def plan(self) -> Path:
        """Where a case's plan file lies."""
        return self.folder / "plan.json"

    def case(self, suffix: str) -> Path:
        """Where a case's manifest or XML lies."""
        return self.folder / f"case.{suffix}"

    @property
    def empty(self) -> str:
        """The URI of a host with the domain web01 and no snapshot."""
        return f"test://{self.folder}/empty.xml"

    @property
    def restoring(self) -> Path:
        """A manifest that restores the snapshot `base` from the case's XML."""
        return self.folder / "restoring.yaml"

    @property
    def placed(self) -> Path:
        """A manifest for that domain on the host `kvm1` of a hosts file."""
        return self.folder / "placed/web01.yaml"

    @property
    def hosts(self) -> Path:
        """Where a hosts file is found beside that manifest."""
        return self.folder / "placed/reconcile.hosts.yaml"

    @property
    def precious(self) -> Path:
        """A file that nothing may remove."""
        return self.folder / "precious.qcow2"

    @property
    def program(self) -> Path:
        """A program that leaves a trace where anything runs it."""
        return self.folder / "program"

    @property
    def escape(self) -> Path:
        """A path at which nothing may be made."""
        return self.folder / "escaped"

    @property
    def journals(self) -> Path:
        """Where the tool keeps its journals."""
        return self.folder / "state/reconcile/journals"

    def prepare(self) -> None:
        """Make all of it; the environment points into it from then on."""
        self.folder.chmod(0o700)
        shutil.copy(HOST, self.folder / "host.xml")
        shutil.copy(MANIFEST, self.manifest)
        (self.folder / "empty.xml").write_text(EMPTY)
        self.restoring.write_text(RESTORING)
        self.placed.parent.mkdir()
        self.placed.write_text(PLACED)
        self.precious.write_bytes(b"data")
        self.program.write_text(PROGRAM.format(trace=self.folder / "ran"))
        self.program.chmod(0o700)
        (self.folder / "home").mkdir()
        os.environ["HOME"] = str(self.folder / "home")
        os.environ["XDG_STATE_HOME"] = str(self.folder / "state")
        os.environ.pop("LIBVIRT_DEFAULT_URI", None)
        os.chdir(self.folder)

    def renew(self) -> None:
        """An empty state, as before the first apply of a user, and no plan file."""
        shutil.rmtree(self.folder / "state", ignore_errors=True)
        for path in (self.plan, self.case("yaml"), self.case("xml"), self.hosts):
            if path.is_dir() and not path.is_symlink():
                path.rmdir()
            else:
                path.unlink(missing_ok=True)
        self.journals.mkdir(mode=0o700, parents=True)

    def outside(self) -> dict[str, int]:
        """Every path below the folder but the state's, with the size of each file."""
        found = {}
        for root, folders, files in os.walk(self.folder):
            if Path(root) == self.folder:
                folders.remove("state")
            for name in (*folders, *files):
                path = Path(root, name)
                known = path.lstat()
                found[str(path)] = known.st_size if stat.S_ISREG(known.st_mode) else -1
        return found
