"""One round trip: snapshots with data, exported, lost, restored in one of three ways, compared."""

import random
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from xml.etree import ElementTree as ET

import libvirt

from reconcile.model.action import Revert
from reconcile.model.plan import Refusal
from reconcile.rules.effect import effect
from tests.conformance.case import run_random
from tests.conformance.run import DISKS
from tests.conformance.subject import LabSubject
from tests.harness.command import reconcile
from tests.harness.contents import Contents, Oracle
from tests.harness.tally import Tally
from tests.lab import metadata
from tests.lab.daemon import Daemon
from tests.lab.domain import Domain, define
from tests.lab.metadata import SnapshotEntry, Snapshots

LENGTH: Final = 6
APPLIED: Final = re.compile(r' version="\d+"|<\w+:applied .*?</\w+:applied>')
WAYS: Final = ("apply", "script", "moved")


def run_case(daemon: Daemon, other: Daemon, seed: int) -> Tally:
    """The round trip of this seed: on one daemon, or from it to the other one."""
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    way = WAYS[seed % len(WAYS)]
    tally = Tally(1, Counter({way: 1}))
    with _domain(daemon, f"export-{seed}", seed) as domain, TemporaryDirectory() as folder:
        subject = LabSubject(domain)
        run_random(subject, rng, LENGTH)
        _off(domain)
        trip = _Trip(domain, subject.oracle.known, Path(folder), tally)
        wrong = trip.moved(other) if way == "moved" else trip.lost(script=way == "script")
        tally.found += [f"seed {seed} ({way}): {each}" for each in wrong]
    return tally


@contextmanager
def _domain(daemon: Daemon, name: str, seed: int) -> Iterator[Domain]:
    daemon.start()
    domain = define(daemon, name, DISKS[seed % len(DISKS)])
    try:
        yield domain
    finally:
        daemon.start()
        domain.remove()


@dataclass(slots=True)
class _Trip:
    """A domain, what its snapshots hold, and where it is exported to."""

    domain: Domain
    known: Contents
    folder: Path
    tally: Tally

    def lost(self, *, script: bool) -> list[str]:
        """Restored where libvirt has lost the metadata."""
        before, wrong = metadata.snapshots(self.domain), self._exported()
        if wrong or not before.names:
            return wrong
        _lose_metadata(self.domain)
        wrong = self._by_script(self.domain) if script else self._applied(self.domain)
        return wrong or [*_differences(before, metadata.snapshots(self.domain)), *self._held()]

    def moved(self, other: Daemon) -> list[str]:
        """Restored on another host, where the images lie in another folder."""
        before, wrong = metadata.snapshots(self.domain), self._exported()
        if wrong or not before.names:
            return wrong
        outside = any(each.memory[1] for each in before.entries.values())
        with _copied(self.domain, other, self.folder, outside=outside) as copy:
            old, new = str(self.domain.folder), str(copy.folder)
            wrong = self._applied(copy, "--map", f"{old}={new}")
            if wrong:
                return wrong
            there = replace(self, domain=copy)
            expected = _moved(before, old, new)
            return [*_differences(expected, metadata.snapshots(copy)), *there._held()]

    def _exported(self) -> list[str]:
        ran = reconcile(
            *("export", self.domain.name, "--output", str(self.folder)), uri=self.domain.daemon.uri
        )
        modes = {path.stat().st_mode & 0o777 for path in self._files()}
        self.tally.counts["snapshots"] += len(metadata.snapshots(self.domain).names)
        if ran.code or modes != {0o600}:
            return [f"export ended with {ran.code}, modes {modes}: {ran.out}{ran.err}"]
        return []

    def _files(self) -> list[Path]:
        return [path for path in (self.folder / self.domain.name).glob("*") if path.is_file()]

    def _applied(self, domain: Domain, *options: str) -> list[str]:
        state = ("--state-dir", str(self.folder / "state"))
        said = (*options, *state, str(self.folder))
        ran = reconcile("apply", "--yes", *said, uri=domain.daemon.uri)
        if ran.code:
            return [f"apply ended with {ran.code}: {ran.out}{ran.err}"]
        again = reconcile("plan", "--detailed-exitcode", *said, uri=domain.daemon.uri)
        left = [*(self.folder / "state" / "dumps").glob("*")]
        return [] if again.code == 0 and not left else [f"plan: {again.out}{again.err}{left}"]

    def _by_script(self, domain: Domain) -> list[str]:
        script = str(self.folder / domain.name / "restore.sh")
        ran = subprocess.run(
            ("sh", script, "-c", domain.daemon.uri), capture_output=True, text=True, check=False
        )
        return [f"the script ended with {ran.returncode}: {ran.stderr}"] if ran.returncode else []

    def _held(self) -> list[str]:
        """Every content as it was: read from the images, then by a revert to each snapshot."""
        oracle = Oracle(self.domain, dict(self.known))
        wrong = [f"content of {name} on {target} is lost" for name, target in oracle.wrong()]
        return wrong or [each for name in sorted(oracle.snapshots()) for each in self._back(name)]

    def _back(self, name: str) -> Iterator[str]:
        """Reverted to, where that is legal and this release can: a bare revert can lose data."""
        subject, action = LabSubject(self.domain), Revert(name)
        predicted = effect(subject.observe(), action, subject.capabilities())
        if isinstance(predicted, Refusal):
            self.tally.counts[f"not reverted to: {predicted.code}"] += 1
            return
        subject.perform(action)
        self.tally.counts["reverted to"] += 1
        active = subject.oracle.active()
        for (snapshot, target), digest in self.known.items():
            if snapshot == name and active.get(target) != digest:
                yield f"a revert to {name} gives {target} another content"


def _off(domain: Domain) -> None:
    if domain.state != "shutoff":
        domain.destroy()


def _lose_metadata(domain: Domain) -> None:
    with domain.handle() as handle:
        xml = handle.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE | libvirt.VIR_DOMAIN_XML_SECURE)
        handle.undefineFlags(libvirt.VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA)
    with domain.daemon.connect() as connection:
        connection.defineXML(xml)
    assert not metadata.snapshots(domain).names


@contextmanager
def _copied(domain: Domain, other: Daemon, exported: Path, *, outside: bool) -> Iterator[Domain]:
    """The images in a folder of another host, and the domain defined there from its export.

    With another UUID, unless memory of it is `outside` of the images.
    """
    other.start()
    copy = Domain(other, domain.name)
    shutil.copytree(domain.folder, copy.folder)
    old, new = str(domain.folder), str(copy.folder)
    root = ET.fromstring((exported / domain.name / "domain.xml").read_text())  # noqa: S314 - ours
    if not outside:  # libvirt holds the UUID in a memory file against the domain's
        for uuid in root.findall("uuid"):
            root.remove(uuid)
    text = ET.tostring(root, "unicode").replace(f"{old}/", f"{new}/")
    _rebased(copy, old, new)
    with other.connect() as connection:
        connection.defineXML(text)
    try:
        yield copy
    finally:
        other.start()
        copy.remove()


def _rebased(copy: Domain, old: str, new: str) -> None:
    """The images made to lie on the copies of those below them."""
    for path in copy.folder.iterdir():
        told = copy.daemon.run("qemu-img", "info", "-U", str(path))
        fields = dict(line.split(": ", 1) for line in told.splitlines() if ": " in line)
        below = fields.get("backing file", "").split(" (actual")[0]
        if below.startswith(f"{old}/"):
            form = fields["backing file format"]
            there = new + below[len(old) :]
            copy.daemon.run("qemu-img", "rebase", "-u", "-b", there, "-F", form, str(path))


def _moved(found: Snapshots, old: str, new: str) -> Snapshots:
    """The metadata as it must be where every path is another one."""

    def path(text: str | None) -> str | None:
        return text.replace(f"{old}/", f"{new}/", 1) if text else text

    def entry(each: SnapshotEntry) -> SnapshotEntry:
        return replace(
            each,
            memory=(each.memory[0], path(each.memory[1])),
            disks=tuple(replace(disk, place=path(disk.place)) for disk in each.disks),
            revert_disks=tuple(replace(disk, place=path(disk.place)) for disk in each.revert_disks),
            bases={target: path(place) or "" for target, place in each.bases.items()},
        )

    return Snapshots({name: entry(each) for name, each in found.entries.items()}, found.current)


def _lasting(entry: SnapshotEntry) -> SnapshotEntry:
    """The entry without what each apply notes in a mark of the tree: what was declared."""
    return replace(entry, foreign=tuple(APPLIED.sub("", each) for each in entry.foreign))


def _differences(before: Snapshots, after: Snapshots) -> list[str]:
    """What of the metadata is not as it was."""
    wrong = [f"current is {after.current}, not {before.current}"]
    wrong = wrong if before.current != after.current else []
    for name, entry in before.entries.items():
        if name not in after:
            wrong.append(f"{name} is not restored")
        elif _lasting(after[name]) != _lasting(entry):
            wrong.append(f"{name} was {entry}, is {after[name]}")
    return wrong
