"""After a fault and its recovery: is the host as before or as declared, and all of it there?

Everything is looked at from beside the tool: data by content, files and tags in the folder, the
journal as text. Only what a plan says is the tool's own word.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from tests.chaos.blows import Blow, Moving, Scene, Writing
from tests.chaos.cases import Case
from tests.chaos.faults import ends_guest
from tests.harness.contents import Oracle
from tests.lab import metadata
from tests.lab.errors import LabError
from tests.lab.metadata import Snapshots

RM: Final = re.compile(r"`rm -- (\S+?)`")
UNTAG: Final = re.compile(r"`qemu-img snapshot -d (\S+) (\S+?)`")


BY_DAEMON: Final = "both images looked at"
"""A restarted libvirtd can end a guest in a merge by itself: then somebody decides."""
LOST_QEMU: Final = "a lost QEMU ended"
"""libvirt 9.0 can take a running guest for one that is off: somebody ends it, as told."""


class Wrong(StrEnum):
    """What must never be."""

    LOST = "lost"
    TWICE = "done twice"
    UNSETTLED = "not settled"
    LEFT = "left over"
    TOUCHED = "not ours, but touched"
    UNCLEAN = "ended badly"


@dataclass(slots=True)
class Verdict:
    """How it ended, and what was wrong. `hit`: the fault found something to hit.

    `broken`: the host could not be judged, and nobody shall use it again.
    """

    case: Case
    hit: bool = False
    end: str = ""
    broken: bool = False
    wrong: list[tuple[Wrong, str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    """All that the tool printed, from the apply on."""

    def add(self, what: Wrong, *words: str) -> None:
        """Note what is wrong."""
        self.wrong += [(what, each) for each in words]


@dataclass(frozen=True, slots=True)
class Before:
    """The host before the apply: snapshots, the names of its files, what the guest's disks hold."""

    snapshots: Snapshots
    files: frozenset[str]
    active: dict[str, str]


def before(scene: Scene, oracle: Oracle) -> Before:
    """Look at it."""
    return Before(metadata.snapshots(scene.domain), _files(scene), oracle.active())


class Judge:
    """One host, compared with what it was before the fault."""

    def __init__(self, scene: Scene, oracle: Oracle, was: Before, manifests: Path) -> None:
        self._scene = scene
        self._oracle = oracle
        self._was = was
        self._before = manifests / "before.yaml"
        self._after = manifests / "after.yaml"

    def judge(self, verdict: Verdict, blow: Blow) -> None:
        """All that can be wrong."""
        self._by_hand(verdict, blow)
        if isinstance(blow, Writing):
            self._beside(verdict, blow)
        else:
            self._alone(verdict)
        verdict.add(Wrong.LEFT, *self._orphans(), *self._unused())
        verdict.add(Wrong.LEFT, *metadata.unfinished(self._scene.domain))
        verdict.add(Wrong.LOST, *(f"{name} of {t}" for name, t in self._oracle.wrong()))
        verdict.add(Wrong.LOST, *self._guest_lost())
        verdict.add(Wrong.TWICE, *self._twin_tags(), *twice(self._scene.tool.state))
        state = self._scene.domain.state
        ended = ends_guest(verdict.case.fault) or LOST_QEMU in verdict.end
        ended = ended or BY_DAEMON in verdict.end
        if not ended and state != self._scene.stage.state:
            verdict.add(Wrong.UNSETTLED, f"the guest is {state}")

    def _alone(self, verdict: Verdict) -> None:
        """Nobody else was there: as declared, or in every way as before."""
        run = self._scene.tool.run
        planned = run("plan", "--detailed-exitcode", self._after)
        back = run("plan", "--detailed-exitcode", self._before)
        gone = ends_guest(verdict.case.fault)
        if planned.code == 0:
            verdict.end += ": desired"
            return
        verdict.end += ": before"
        if back.code != 0 and not gone:
            said = f"{planned.out}{planned.err}\n{back.out}{back.err}"
            verdict.add(Wrong.UNSETTLED, f"ends nowhere: {said}")
        if metadata.snapshots(self._scene.domain) != self._was.snapshots:
            verdict.add(Wrong.UNSETTLED, "the tree is not as before")
        files = _files(self._scene)
        if files != self._was.files:
            verdict.add(Wrong.LEFT, f"files: {sorted(files ^ self._was.files)}")

    def _beside(self, verdict: Verdict, blow: Writing) -> None:
        """Our snapshots are those before or those declared; what somebody made is all there."""
        names = metadata.snapshots(self._scene.domain).names
        if missing := blow.made - names:
            verdict.add(Wrong.TOUCHED, f"somebody's {sorted(missing)} are gone")
        ours = {name for name in names if not name.startswith("w")}
        desired = declared(self._scene.stage.after)
        if ours == desired:
            verdict.end += ": desired and others"
        elif ours == declared(self._scene.stage.before):
            verdict.end += ": before and others"
        else:
            verdict.add(Wrong.UNSETTLED, f"ours are {sorted(ours)}")
        if not self._scene.stage.reverts:
            for name in blow.made & names:
                self._oracle.known |= {(name, t): held for t, held in self._was.active.items()}

    def _by_hand(self, verdict: Verdict, blow: Blow) -> None:
        """What the tool said by its exact command that somebody must remove, somebody removes."""
        said = "\n".join(verdict.said)
        for path in (self._scene.folder / Path(found).name for found in RM.findall(said)):
            if path.exists() and path.name not in self._used():
                path.unlink()
                verdict.end += " and rm"
        for name, image in UNTAG.findall(said):
            if name not in metadata.snapshots(self._scene.domain):
                self._untag(name, image)
                verdict.end += " and untag"
        if isinstance(blow, Moving) and blow.image.exists() and blow.image.name in self._unused():
            blow.image.unlink()  # its snapshot was deleted meanwhile: who put it back takes it away

    def _untag(self, name: str, image: str) -> None:
        """While the guest is off, as it must be; nothing where it is not in there after all."""
        domain = self._scene.domain
        running = domain.state == "running"
        if running:
            domain.destroy()
        with suppress(LabError):
            domain.daemon.run("qemu-img", "snapshot", "-d", name, image)
        if running:
            domain.start()

    def _guest_lost(self) -> Iterator[str]:
        if not self._scene.stage.reverts:
            now = self._oracle.active()
            was = self._was.active
            yield from (f"the guest's {target}" for target in was if now.get(target) != was[target])

    def _unused(self) -> list[str]:
        """Files that no disk and no snapshot needs."""
        return sorted(_files(self._scene) - self._used())

    def _used(self) -> set[str]:
        entries = metadata.snapshots(self._scene.domain).entries.values()
        paths = metadata.images(self._scene.domain)
        paths |= {path for entry in entries for path in entry.places()}
        bases = {each for path in paths for each in self._chain(path)}
        return {Path(path).name for path in {*paths, *bases}}

    def _chain(self, path: str) -> list[str]:
        """An image and those below it; nothing where it is none."""
        said = ""
        with suppress(LabError):
            said = self._scene.domain.daemon.run(
                "qemu-img", "info", "-U", "--output=json", "--backing-chain", path
            )
        return [str(each["filename"]) for each in json.loads(said)] if said else []

    def _orphans(self) -> Iterator[str]:
        """Internal snapshots in the images that libvirt does not know."""
        names = metadata.snapshots(self._scene.domain).names
        for image, tags in self._tags():
            yield from (f"{image} holds an unknown {tag}" for tag in sorted(set(tags) - names))

    def _twin_tags(self) -> Iterator[str]:
        for image, tags in self._tags():
            yield from (f"{image} holds {n} of {tag}" for tag, n in Counter(tags).items() if n > 1)

    def _tags(self) -> Iterator[tuple[str, list[str]]]:
        for path in self._scene.images():
            inside = str(self._scene.domain.folder / path.name)
            said = self._scene.domain.daemon.run("qemu-img", "info", "-U", "--output=json", inside)
            yield path.name, [each["name"] for each in json.loads(said).get("snapshots", [])]


def twice(state: Path) -> list[str]:
    """Steps that a journal begins though they are in effect, or undoes though they are not."""
    found = []
    for path in sorted(state.rglob("*.jsonl")):
        position = 0
        for line in path.read_text().splitlines():
            with suppress(ValueError):  # a torn last line
                record = json.loads(line)
                if record["record"] == "ended":
                    position = record["position"]
                elif record["record"] == "intent":
                    in_effect = record["step"] < position
                    if in_effect != (record["way"] == "undo"):
                        found.append(f"step {record['step']} {record['way']} at {position}")
    return found


def declared(entries: str) -> set[str]:
    """The names in a stage's entries."""
    return set(re.findall(r"name: (\w+)", entries))


def _files(scene: Scene) -> frozenset[str]:
    return frozenset(path.name for path in scene.folder.iterdir())
