"""A host at one moment, and what it must hold after a plan's actions."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from reconcile.model.action import Action, Create, Delete, Redefine, Revert
from reconcile.model.desired import Metadata
from tests.conformance.hosts.contents import Contents, Reader, is_readable, left_out, now, then
from tests.conformance.hosts.facts import DomainFacts, read
from tests.hosts.host import Host

HELD: Final = frozenset({"internal", "external"})
SERVICE: Final = re.compile(r"\.nbd(\.pid)?$")
"""Files of the lab's own servers."""


@dataclass(frozen=True, slots=True)
class World:
    """All domains, all that is held, all metadata with secrets, and the files in the folder."""

    domains: Mapping[str, DomainFacts]
    contents: Contents
    metadata: Mapping[str, list[str]]
    files: frozenset[str]


def look(host: Host, reader: Reader) -> World:
    """The host as it is now."""
    domains = read(host)
    return World(
        domains=domains,
        contents=reader.read(domains),
        metadata={name: host.metadata(name) for name in domains},
        files=frozenset(_files(host)),
    )


def _files(host: Host) -> Iterator[str]:
    for path in host.folder.rglob("*"):
        if (path.is_file() or path.is_symlink()) and SERVICE.search(path.name) is None:
            yield str(path)


class Ledger:
    """What must be held, as actions are followed; begins with what a world holds."""

    def __init__(self, world: World, reader: Reader) -> None:
        self.held = dict(world.contents)
        self.lost: list[str] = []
        """Reverts to what could not be read before."""
        self._domains = world.domains
        self._reader = reader

    def follow(self, name: str, actions: Iterable[Action]) -> None:
        """Tell what actions did to a domain, in their order."""
        for action in actions:
            match action:
                case Create():
                    self._created(name, action)
                case Delete(snapshot=gone):
                    for key in self._of(name, gone):
                        self.held.pop(key)
                case Revert(snapshot=target):
                    self._reverted(name, target)
                case Redefine(copy_of=str(source)):
                    for key in self._of(name, source):
                        part = key.rpartition(" ")[2]
                        self.held[then(name, action.snapshot, part)] = self.held[key]

    def wrong(self, found: Contents) -> Iterator[str]:
        """Sentences about what is held otherwise than it must be."""
        for key, held in sorted(self.held.items()):
            if is_readable(held) and found.get(key) != held:
                yield f"{key}: holds {found.get(key, 'nothing')}, must hold {held}"
        for key in sorted(found.keys() - self.held.keys()):
            if not is_readable(found[key]):
                yield f"{key}: {found[key]}"

    def _created(self, name: str, action: Create) -> None:
        if action.capture.metadata is Metadata.KEEP:
            for disk in action.disks:
                if disk.kind.value in HELD and now(name, disk.target) in self.held:
                    held = self.held[now(name, disk.target)]
                    self.held[then(name, action.snapshot, disk.target)] = held

    def _reverted(self, name: str, target: str) -> None:
        known = self._domains[name].snapshots.get(target)
        if known is not None:
            for key in [key for key in self.held if key.startswith(f"{name} ")]:
                if key.rpartition(" ")[2] not in known.base:
                    self.held.pop(key)
            self.held |= self._reader.images(left_out(name, known))
        for key in self._of(name, target):
            part, held = key.rpartition(" ")[2], self.held[key]
            if not is_readable(held):
                self.lost.append(f"{key}: was lost before the revert to it: {held}")
            if part != "memory":
                self.held[now(name, part)] = held

    def _of(self, name: str, snapshot: str) -> list[str]:
        return [key for key in self.held if key.startswith(f"{then(name, snapshot, '')}")]
