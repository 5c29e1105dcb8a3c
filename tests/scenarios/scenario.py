"""A scenario: a folder with a domain, and numbered steps of manifests and of other people's virsh.

`domain.yaml` says what the domain is; `N-title.yaml` is a manifest to plan and apply, with the plan
it must give in `N-title.plan` (where libvirt is older than 9.9 and differs, in `N-title.old.plan`);
`N-title.sh` holds virsh commands that somebody runs in between.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import yaml

FOLDER: Final = Path(__file__).parent
NAME: Final = "web01"
UPDATE: Final = os.environ.get("RECONCILE_UPDATE_GOLDEN") == "1"


@dataclass(frozen=True, slots=True)
class Step:
    """One file of a scenario."""

    path: Path
    kind: Literal["manifest", "commands"]

    def manifest(self, domain: str) -> str:
        """The file's text for a domain of another name."""
        return self.path.read_text().replace(NAME, domain)

    def commands(self, domain: str) -> list[list[str]]:
        """The words of each virsh command."""
        lines = self.path.read_text().replace(NAME, domain).splitlines()
        return [line.split()[1:] for line in lines if line.startswith("virsh ")]

    def expected(self, reverts_external: bool, got: str) -> str:
        """The plan it must give; written anew from what it gave when asked to (newest first)."""
        special = self.path.with_suffix(".old.plan")
        common = self.path.with_suffix(".plan")
        old = not reverts_external
        chosen = special if old and special.exists() else common
        if UPDATE and not (chosen.exists() and chosen.read_text() == got):
            chosen = special if old else common
            chosen.write_text(got)
        return chosen.read_text()


@dataclass(frozen=True, slots=True)
class DomainSpec:
    """What `domain.yaml` says."""

    state: Literal["shutoff", "running", "paused"]
    disks: dict[str, str]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One folder below tests/scenarios."""

    name: str
    domain: DomainSpec
    steps: tuple[Step, ...]


def scenarios() -> list[Scenario]:
    """All of them, by name."""
    folders = sorted(path.parent for path in FOLDER.glob("*/domain.yaml"))
    return [_read(folder) for folder in folders]


def _read(folder: Path) -> Scenario:
    spec = yaml.safe_load((folder / "domain.yaml").read_text())
    files = sorted(path for path in folder.iterdir() if path.name[0].isdigit())
    steps = [_step(path) for path in files if path.suffix in {".yaml", ".sh"}]
    return Scenario(folder.name, DomainSpec(**spec), tuple(steps))


def _step(path: Path) -> Step:
    return Step(path, "manifest" if path.suffix == ".yaml" else "commands")


def normal(text: str, domain: str, folder: str, uri: str) -> str:
    """A plan's text without what differs from run to run, and from one old libvirt to another."""
    shown = re.sub(r"libvirt \d+\.\d+\.\d+", "libvirt VERSION", text)
    shown = shown.replace(folder, "/images").replace(uri, "HOST").replace(domain, NAME)
    shown = re.sub(r"\S+/manifest\.yaml(?=:\d)", "manifest.yaml", shown)
    shown = re.sub(r"\n +removes \S+\.\d{10}(?=\n)", "", shown)  # the overlay of a revert
    lines = (line.partition(" sha256:")[0].rstrip() for line in shown.splitlines())
    return "\n".join(lines) + "\n"
