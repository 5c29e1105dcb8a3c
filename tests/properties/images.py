"""What libvirt's calls do to image files: a model of contents that knows nothing of the rules.

An image is blocks over a backing file, and tags, each a copy of its own blocks. Snapshots are read
as QEMU would read them, so that a file that went, changed or lost what lay below it shows as other
content. Only names of files are taken from metadata, as libvirt itself does; what depends on what
is never asked.
"""

from dataclasses import dataclass, field

from reconcile.model.action import Action, Create, Delete, Redefine, Revert
from reconcile.model.domain import Domain
from reconcile.model.fact import Fact
from reconcile.model.host import Capabilities
from reconcile.model.images import Image as ObservedImage
from reconcile.model.images import ImageGraph
from reconcile.model.snapshot import DiskKind, MemoryKind, Snapshot

Blocks = dict[int, int]
Part = tuple[str, str]  # of a snapshot: its name and a disk's target, or "memory"

SIDE_BRANCHES_REBASED = (12, 8, 0)


@dataclass(slots=True)
class Image:
    """One file: what was written to it, over the file below it."""

    blocks: Blocks = field(default_factory=dict)
    backing: str | None = None
    tags: dict[str, Blocks] = field(default_factory=dict)


@dataclass(slots=True)
class Images:
    """All files of a domain, which of them the guest writes, and what snapshots must hold."""

    files: dict[str, Image]
    active: dict[str, str]
    readonly: frozenset[str]
    known: dict[Part, Blocks | None] = field(default_factory=dict)
    _written: int = 0

    @classmethod
    def of(cls, domain: Domain) -> "Images":
        """A domain before its first snapshot, with something on every disk."""
        paths = {disk.target: disk.path for disk in domain.disks if disk.path}
        readonly = frozenset(disk.target for disk in domain.disks if disk.readonly)
        return cls({path: Image({0: -1}) for path in paths.values()}, paths, readonly)

    def write(self) -> None:
        """The guest overwrites a block and fills another one, on every disk it may write."""
        self._written += 1
        for path in (p for target, p in self.active.items() if target not in self.readonly):
            self.files[path].blocks |= {0: self._written, self._written: self._written}

    def guest(self) -> dict[str, Blocks | None]:
        """What the guest reads on each disk."""
        return {target: self.read(path) for target, path in self.active.items()}

    def read(self, path: str, tag: str | None = None) -> Blocks | None:
        """An image through its whole chain, or None where it cannot be opened."""
        found: Blocks = {}
        seen: set[str] = set()
        below: str | None = path
        while below is not None:
            image = self.files.get(below)
            if image is None or below in seen:
                return None
            seen.add(below)
            own = image.tags.get(tag) if tag is not None and below == path else image.blocks
            if own is None:
                return None
            found = own | found
            below = image.backing
        return found

    def do(self, action: Action, before: Domain, after: Domain, host: Capabilities) -> None:
        """What the call does to the files."""
        match action:
            case Create():
                self._create(action, before)
            case Redefine(copy_of=str() as source):
                self._copied(source, action.snapshot)
            case Delete(metadata_only=True) | Redefine():
                pass
            case Delete(snapshot=name):
                self._delete(before, before.tree[name], host)
            case Revert(snapshot=name):
                self._revert(before, before.tree[name], after)
        self.known = {part: held for part, held in self.known.items() if part[0] in after.tree}
        self._learn(after)

    def _learn(self, after: Domain) -> None:
        """A revert makes disks external that were left out: from then on the snapshot has them."""
        for snapshot in after.tree:
            for disk in snapshot.disks:
                base = snapshot.base_file(disk.target)
                if disk.kind is DiskKind.EXTERNAL and base:
                    self.known.setdefault((snapshot.name, disk.target), self.read(base))

    def _create(self, action: Create, before: Domain) -> None:
        for disk in action.disks:
            path = self.active.get(disk.target)
            if disk.kind is DiskKind.NONE or path is None:
                continue
            self.known[action.snapshot, disk.target] = self.read(path)
            if disk.kind is DiskKind.INTERNAL:
                self.files[path].tags[action.snapshot] = dict(self.files[path].blocks)
            elif disk.file is not None:
                assert disk.file not in self.files, f"{disk.file} would be overwritten"
                self.files[disk.file] = Image(backing=path)
                self.active[disk.target] = disk.file
        if action.memory.file is not None:
            assert action.memory.file not in self.files, f"{action.memory.file} is there already"
            self.files[action.memory.file] = Image({0: self._written})
            self.known[action.snapshot, "memory"] = {0: self._written}
        assert before.tree.current == action.parent

    def _copied(self, source: str, name: str) -> None:
        """Another entry for the same data."""
        held = {(name, part[1]): held for part, held in self.known.items() if part[0] == source}
        self.known |= held

    def _delete(self, before: Domain, gone: Snapshot, host: Capabilities) -> None:
        if not gone.external:
            for disk in gone.disks:
                base = gone.base_file(disk.target)
                if disk.kind is DiskKind.INTERNAL and base in self.files:
                    self.files[base].tags.pop(gone.name, None)
            return
        if gone.memory.file is not None:
            self.files.pop(gone.memory.file, None)
        for disk in gone.disks:
            base = gone.base_file(disk.target)
            if disk.kind is DiskKind.EXTERNAL and disk.file and base:
                self._drop(before, gone, disk.target, disk.file, base, host)

    def _drop(
        self,
        before: Domain,
        gone: Snapshot,
        target: str,
        overlay: str,
        base: str,
        host: Capabilities,
    ) -> None:
        """Merge in the chain the guest runs on; elsewhere the file below the leaf just goes."""
        current = before.tree.current
        assert current is not None, "libvirtd would crash"
        if gone.name in {current, *before.tree.ancestors(current)}:
            self._commit(target, overlay, base, host)
            return
        parent = before.tree.get(gone.parent)
        if parent is not None and self._kind(parent, target) is DiskKind.EXTERNAL:
            self.files.pop(base, None)

    def _commit(self, target: str, overlay: str, base: str, host: Capabilities) -> None:
        chain = self._chain(self.active[target])
        assert overlay in chain, f"{overlay} is not in the chain of {target}"
        assert base in chain[chain.index(overlay) + 1 :], f"{base} is not below {overlay}"
        between = chain[chain.index(overlay) : chain.index(base)]
        for path in reversed(between):
            self.files[base].blocks |= self.files.pop(path).blocks
        for path, image in self.files.items():
            seen = path in chain or host.libvirt >= SIDE_BRANCHES_REBASED
            if image.backing == overlay and seen:
                image.backing = base
        if self.active[target] == overlay:
            self.active[target] = base

    def _chain(self, path: str) -> list[str]:
        chain: list[str] = []
        below: str | None = path
        while below is not None and below in self.files and below not in chain:
            chain.append(below)
            below = self.files[below].backing
        return chain

    def _revert(self, before: Domain, target: Snapshot, after: Domain) -> None:
        if target.external:
            self._new_overlays(before, target, after)
            return
        for disk in target.disks:
            base = target.base_file(disk.target)
            if disk.kind is DiskKind.INTERNAL and base is not None:
                tag = self.files[base].tags.get(target.name) if base in self.files else None
                assert tag is not None, f"no tag {target.name} in {base}: the guest is off"
                self.files[base].blocks = dict(tag)
        self.active = {t: path for t, path in target.base if t in self.active}

    def _new_overlays(self, before: Domain, target: Snapshot, after: Domain) -> None:
        """Every disk goes on in a new file; those the current snapshot had started are unlinked."""
        current = before.tree.get(before.tree.current)
        assert current is not None, "libvirtd would crash"
        memory = target.memory
        if memory.kind is MemoryKind.EXTERNAL and memory.file:
            assert memory.file in self.files, "no memory file: the guest is off"
        for disk in current.revert_disks or current.disks:
            if disk.kind is DiskKind.EXTERNAL and disk.file:
                self.files.pop(disk.file, None)
        paths = {disk.target: disk.path for disk in after.disks}
        for name, base in target.base:
            path = paths.get(name)
            if path is not None and name in self.active:
                self.files[path] = Image(backing=base)  # libvirt names it by the second
                self.active[name] = path

    def held_by(self, name: str) -> dict[str, Blocks | None]:
        """What a snapshot's disks hold."""
        parts = ((part, held) for part, held in self.known.items() if part[1] != "memory")
        return {target: held for (owner, target), held in parts if owner == name}

    def facts(self) -> ImageGraph:
        """What a host would say of these files."""
        return ImageGraph(
            {path: ObservedImage(Fact.YES, tuple(image.tags)) for path, image in self.files.items()}
        )

    def lost(self, domain: Domain) -> tuple[Part, ...]:
        """The parts of surviving snapshots that no longer hold what they held."""
        return tuple(p for p, held in self.known.items() if self._held(domain, p) != held)

    def _held(self, domain: Domain, part: Part) -> Blocks | None:
        name, target = part
        snapshot = domain.tree[name]
        if target == "memory":
            return self.read(snapshot.memory.file) if snapshot.memory.file else None
        base = snapshot.base_file(target)
        kind = self._kind(snapshot, target)
        tag = name if kind is DiskKind.INTERNAL else None
        return self.read(base, tag) if base is not None else None

    @staticmethod
    def _kind(snapshot: Snapshot, target: str) -> DiskKind:
        disk = snapshot.disk(target)
        return DiskKind.NONE if disk is None else disk.kind
