"""The oracle: what every snapshot and the guest's disks hold, remembered and read back.

It reads metadata and images by the lab's own means, so that no mistake of the tool hides itself.
"""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.lab import content, metadata
from tests.lab.domain import Domain
from tests.lab.errors import LabError
from tests.lab.metadata import SnapshotEntry

Contents = dict[tuple[str, str], str]
Action = dict[str, Any]
"""One of a plan's actions, as its JSON has it."""


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
        return {target: self._digest(self.domain.place(target)) for target in self._writable()}

    def learn(self, before: dict[str, str]) -> None:
        """Snapshots that are new hold what the disks held before the step that took them."""
        found = metadata.snapshots(self.domain)
        for name in found.names - self._seen:
            taken = {t: digest for t, digest in before.items() if found[name].holds(t)}
            self.known |= {(name, target): digest for target, digest in taken.items()}
        self._seen = found.names

    def copied(self, source: str, copy: str) -> None:
        """A second entry holds what the first one does."""
        same = {(copy, t): digest for (name, t), digest in self.known.items() if name == source}
        self.known |= same
        self._seen.add(copy)

    def follow(self, before: dict[str, str], actions: list[Action]) -> dict[str, str]:
        """What the guest's disks hold after a plan's actions; new snapshots are learnt on the way.

        A revert brings back what the snapshot holds; a create keeps what the disks hold then.
        """
        found, now = metadata.snapshots(self.domain), dict(before)
        for action in actions:
            name = action["snapshot"]
            if action["action"] == "revert":
                now |= {t: digest for (n, t), digest in self.known.items() if n == name}
            elif action["action"] == "create" and name in found:
                taken = {t: digest for t, digest in now.items() if found[name].holds(t)}
                self.known |= {(name, target): digest for target, digest in taken.items()}
        self._seen = found.names
        return now

    def snapshots(self) -> set[str]:
        """The names of the snapshots whose content is known."""
        return {name for name, _ in self.known}

    def check(self) -> None:
        """Every snapshot that still exists holds what it held when it was taken."""
        assert self.wrong() == ()

    def wrong(self) -> tuple[tuple[str, str], ...]:
        """The snapshots and disks whose content is not what it was."""
        found = metadata.snapshots(self.domain)
        self.known = {key: value for key, value in self.known.items() if key[0] in found}
        held = ((key, self._held(found[key[0]], key[1])) for key in self.known)
        return tuple(key for key, digest in held if digest != self.known[key])

    def _held(self, snapshot: SnapshotEntry, target: str) -> str:
        disk, base = snapshot.disk(target), snapshot.bases.get(target)
        if disk is None or base is None:
            return "not listed any more"
        return self._digest(base, snapshot.name if disk.kind == "internal" else None)

    def _digest(self, path: str, tag: str | None = None) -> str:
        """Of a file that cannot be read: an answer that equals no other."""
        try:
            return content.digest(self.domain.daemon, path, tag)
        except LabError as error:
            return f"unreadable: {error}"

    def _writable(self) -> list[str]:
        return metadata.writable(self.domain)
