"""Hosts as a hosts file names them, and the groups that they are in."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from reconcile.model.desired import DesiredSnapshot, DesiredTree
from reconcile.model.frozen import FrozenMapping
from reconcile.model.snapshot import Memory, SnapshotDisk


@dataclass(frozen=True, slots=True)
class DeclaredHost:
    """Where a tree goes: a connection URI, and what a hosts file says of it.

    `uri` None is libvirt's default. `name` is the host's in the hosts file; None where there is no
    such file. `parallel` bounds how many of its domains are applied at once. `path_map` says for
    folders as manifests name them where they are on this host.
    """

    uri: str | None
    name: str | None = None
    parallel: int | None = None
    path_map: tuple[tuple[str, str], ...] = ()

    def path(self, declared: str) -> str:
        """Where a file that a manifest names is on this host: the longest folder counts."""
        fitting = [pair for pair in self.path_map if f"{declared}/".startswith(f"{pair[0]}/")]
        if not fitting:
            return declared
        folder, here = max(fitting, key=lambda pair: len(pair[0]))
        return here + declared[len(folder) :]

    def tree(self, declared: DesiredTree) -> DesiredTree:
        """A tree with its files where they are on this host."""
        if not self.path_map:
            return declared
        snapshots = tuple(map(self._snapshot, declared.snapshots))
        return replace(declared, snapshots=snapshots)

    def _snapshot(self, declared: DesiredSnapshot) -> DesiredSnapshot:
        memory, disks = declared.memory, declared.disks
        return replace(
            declared,
            memory=None if memory is None else self._memory(memory),
            disks=None if disks is None else tuple(map(self._disk, disks)),
        )

    def _memory(self, declared: Memory) -> Memory:
        file = declared.file
        return declared if file is None else replace(declared, file=self.path(file))

    def _disk(self, declared: SnapshotDisk) -> SnapshotDisk:
        file = declared.file
        return declared if file is None else replace(declared, file=self.path(file))


@dataclass(frozen=True, slots=True)
class HostsFile:
    """All hosts that may be connected to, by name; `file` is the path of the file that says so.

    `groups` holds the names of each group's hosts. `trusted`: the command line or the environment
    named the file; else it was found beside the manifests, and is as trusted as they are.
    """

    file: str
    hosts: Mapping[str, DeclaredHost]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=FrozenMapping)
    trusted: bool = False

    def named(self, name: str) -> tuple[DeclaredHost, ...]:
        """The host of this name, or the hosts of the group of this name; none for another."""
        if name in self.hosts:
            return (self.hosts[name],)
        return tuple(self.hosts[each] for each in self.groups.get(name, ()))

    def of_uri(self, uri: str) -> DeclaredHost | None:
        """The first host with this very URI."""
        return next((each for each in self.hosts.values() if each.uri == uri), None)

    def matching(self, glob: str) -> frozenset[str]:
        """The names of all hosts that a glob of hosts and groups stands for."""
        return frozenset(self._matching(glob))

    def _matching(self, glob: str) -> Iterator[str]:
        yield from _fitting(glob, self.hosts)
        for group in _fitting(glob, self.groups):
            yield from self.groups[group]


def _fitting(glob: str, names: Iterable[str]) -> Iterator[str]:
    return (name for name in names if fnmatchcase(name, glob))
