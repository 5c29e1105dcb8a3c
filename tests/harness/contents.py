"""The oracle: what every snapshot and the guest's disks hold, remembered and read back."""

from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from reconcile.libvirt.connection import Connection
from reconcile.model.domain import Domain as Observed
from reconcile.model.host import Capabilities
from reconcile.model.snapshot import DiskKind, Snapshot
from reconcile.observe.domain import observe_domain
from tests.lab import content
from tests.lab.domain import Domain
from tests.lab.errors import LabError

Contents = dict[tuple[str, str], str]
Action = dict[str, Any]
"""One of a plan's actions, as its JSON has it."""


def observed(domain: Domain) -> Observed:
    """The domain as `reconcile` sees it."""
    with Connection(domain.daemon.uri, readonly=True) as host:
        found = next(each for each in host.domains() if each.name == domain.name)
        return observe_domain(host.domain(found))


def capabilities(domain: Domain) -> Capabilities:
    """What the domain's host can do."""
    with Connection(domain.daemon.uri, readonly=True) as host:
        return host.capabilities()


@dataclass(slots=True)
class Oracle:
    """Writes a new pattern whenever asked, and knows what each snapshot must hold since then."""

    domain: Domain
    known: Contents = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)
    _bytes: "count[int]" = field(default_factory=lambda: count(1))

    def write(self) -> None:
        """A pattern that no disk held before, on every writable disk, each time elsewhere too."""
        byte = next(self._bytes)
        for target in self._writable():
            content.write(self.domain, target, byte)
            content.write(self.domain, target, byte, offset=byte * content.BLOCK)

    def active(self) -> dict[str, str]:
        """What the guest's writable disks hold now."""
        return {target: self._digest(self.domain.source(target)) for target in self._writable()}

    def learn(self, before: dict[str, str]) -> None:
        """Snapshots that are new hold what the disks held before the step that took them."""
        tree = observed(self.domain).tree
        for snapshot in (each for each in tree if each.name not in self._seen):
            taken = {t: digest for t, digest in before.items() if _holds(snapshot, t)}
            self.known |= {(snapshot.name, target): digest for target, digest in taken.items()}
        self._seen = set(tree.snapshots)

    def copied(self, source: str, copy: str) -> None:
        """A second entry holds what the first one does."""
        same = {(copy, t): digest for (name, t), digest in self.known.items() if name == source}
        self.known |= same
        self._seen.add(copy)

    def follow(self, before: dict[str, str], actions: list[Action]) -> dict[str, str]:
        """What the guest's disks hold after a plan's actions; new snapshots are learnt on the way.

        A revert brings back what the snapshot holds; a create keeps what the disks hold then.
        """
        tree, now = observed(self.domain).tree, dict(before)
        for action in actions:
            name = action["snapshot"]
            if action["action"] == "revert":
                now |= {t: digest for (n, t), digest in self.known.items() if n == name}
            elif action["action"] == "create" and name in tree:
                taken = {t: digest for t, digest in now.items() if _holds(tree[name], t)}
                self.known |= {(name, target): digest for target, digest in taken.items()}
        self._seen = set(tree.snapshots)
        return now

    def check(self) -> None:
        """Every snapshot that still exists holds what it held when it was taken."""
        assert self.wrong() == ()

    def wrong(self) -> tuple[tuple[str, str], ...]:
        """The snapshots and disks whose content is not what it was."""
        tree = observed(self.domain).tree
        self.known = {key: value for key, value in self.known.items() if key[0] in tree}
        held = ((key, self._held(tree[key[0]], key[1])) for key in self.known)
        return tuple(key for key, digest in held if digest != self.known[key])

    def _held(self, snapshot: Snapshot, target: str) -> str:
        disk, base = snapshot.disk(target), snapshot.base_file(target)
        assert disk is not None
        assert base is not None
        tag = snapshot.name if disk.kind is DiskKind.INTERNAL else None
        return self._digest(Path(base), tag)

    def _digest(self, path: Path, tag: str | None = None) -> str:
        """Of a file that cannot be read: an answer that equals no other."""
        try:
            return content.digest(self.domain.daemon, path, tag)
        except LabError as error:
            return f"unreadable: {error}"

    def _writable(self) -> list[str]:
        disks = observed(self.domain).disks
        return [disk.target for disk in disks if not disk.readonly and disk.device == "disk"]


def _holds(snapshot: Snapshot, target: str) -> bool:
    disk = snapshot.disk(target)
    return disk is not None and disk.kind in {DiskKind.INTERNAL, DiskKind.EXTERNAL}
