"""Actions held against the images of the whole host: who else lies on what an action changes.

libvirt knows of one domain only what its own definition says. Linked clones, a shared overlay or a
file that another domain's metadata names are nobody's concern to it (tried on 9.0.0, 11.3.0 and
12.8.0: their data changes or is unlinked, and the call succeeds).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from reconcile.model.action import Action, Create, Delete, Revert
from reconcile.model.domain import Disk, Domain
from reconcile.model.file_effects import FileEffects
from reconcile.model.images import Claim, ImageGraph, ImageUse, Role
from reconcile.model.plan import Refusal
from reconcile.rules.checks import first
from reconcile.rules.file_effects import file_key, outside
from reconcile.rules.files import active
from reconcile.rules.refusals import Code, refuse


def objection(
    action: Action, domain: Domain, effects: FileEffects, images: ImageGraph
) -> Refusal | None:
    """The first refusal of an action that would hurt another domain or meet its plan, or None."""
    uuid, changed = domain.uuid, sorted(effects.changed)
    say = _Said(action, domain, images)
    return first(
        (
            *(_shared(say, path, images.others(path, uuid)) for path in changed),
            _own_disk(say, effects, images),
            *(_open(say, path, images.others(path, uuid)) for path in sorted(effects.opened)),
            *(_locked(say, path, images.others(path, uuid)) for path in _read(effects, images)),
            *(_frozen(say, path, images.others(path, uuid)) for path in sorted(effects.frozen)),
            *(_claimed(say, path, images.claimed(path, uuid)) for path in sorted(_made(effects))),
            *(_taken(say, path, images.claimed(path, uuid)) for path in changed),
            _unread(say, effects, domain, images),
        )
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """The action that a refusal is about, which decides what lifts it."""

    action: Action
    domain: Domain
    images: ImageGraph

    def __call__(self, code: Code, path: str, user: str) -> Refusal:
        action, domain, image = self.action, self.domain, self.image(path)
        own = image in active(domain)
        facts = {
            "deleted": isinstance(action, Delete),
            "domain": domain.name,
            "own": own,
            **named(action, domain, image),
        }
        return refuse(code, action.snapshot, file=path, user=user, **facts)

    def is_own(self, path: str) -> bool:
        """Whether a disk lies on the file, or a snapshot was taken while one did."""
        return self.image(path) in self._images

    def image(self, path: str) -> str:
        """The domain's image that keeps its data in this file; the file itself if none does."""
        found = (each for each in self._images if self.images.data_file(each) == path)
        return next(found, path)

    @property
    def _images(self) -> frozenset[str]:
        bases = (file for snapshot in self.domain.tree for _, file in snapshot.base)
        return self.domain.images.union(bases)


def named(action: Action, domain: Domain, path: str) -> dict[str, object]:
    """Facts on where a file is named: in the manifest, or in a snapshot's metadata (`holder`).

    A disk of the domain itself is no mistake of the metadata.
    """
    if isinstance(action, Create):
        return {"key": file_key(action, path)}
    held = domain.tree.current if isinstance(action, Revert) else action.snapshot
    holder = domain.tree.get(held)
    if holder is None or path in active(domain):
        return {}
    return {"key": file_key(holder, path), "holder": holder.name}


def uses(domain: Domain, images: ImageGraph) -> Iterator[tuple[str, ImageUse]]:
    """Every image that the domain needs, with the reason: disks, snapshots, all chains below.

    The file that an image keeps its data in is used as the image is.
    """
    for path, use in _direct(domain):
        for part in images.parts(path):
            yield part, use
        role = Role.BACKING if use.role is Role.DISK else use.role
        for below in images.below(path) or ():
            for part in images.parts(below):
                yield part, replace(use, role=role, writes=False)


def with_data_files(effects: FileEffects, images: ImageGraph) -> FileEffects:
    """The effects with the files that the images keep their data in.

    Who removes or merges an overlay leaves its data file as it is.
    """
    kept = {
        name: frozenset(part for path in getattr(effects, name) for part in images.parts(path))
        for name in ("written", "opened", "read", "reused", "frozen")
    }
    return replace(effects, **kept)


def _direct(domain: Domain) -> Iterator[tuple[str, ImageUse]]:
    for disk in domain.disks:
        user = f"disk {disk.target} of domain {domain.name}"
        use = ImageUse(domain.uuid, user, Role.DISK, active=domain.active)
        if disk.path:
            yield disk.path, replace(use, writes=not disk.readonly)
        yield from ((path, replace(use, role=Role.BACKING)) for path in disk.backing)
    for snapshot in domain.tree:
        user = f"snapshot {snapshot.name} of domain {domain.name}"
        memory = snapshot.memory.file
        for path in snapshot.files():
            role = Role.MEMORY if path == memory else Role.SNAPSHOT
            yield path, ImageUse(domain.uuid, user, role)


def claims(domain: Domain, action: Action, effects: FileEffects) -> Iterator[tuple[str, Claim]]:
    """The claims of a step on images, which other domains' plans of the same run must know of."""
    user = f"{action.kind} {action.snapshot} of domain {domain.name}"
    for path in _made(effects):
        yield path, Claim(domain.uuid, user, creates=True)
    for path in effects.changed | effects.opened:
        yield path, Claim(domain.uuid, user, creates=False)


def _made(effects: FileEffects) -> frozenset[str]:
    return effects.created | effects.reused


def _shared(say: _Said, path: str, others: Iterable[ImageUse]) -> Refusal | None:
    """A file that only metadata calls this domain's own was never its own (trap 17)."""
    use = next(iter(others), None)
    if use is None:
        return None
    code = Code.IMAGE_SHARED if say.is_own(path) else Code.METADATA_FOREIGN
    return say(code, path, use.user)


def _own_disk(say: _Said, effects: FileEffects, images: ImageGraph) -> Refusal | None:
    """A merge into an image that another disk of the same domain lies on."""
    domain, gone = say.domain, say.domain.tree.get(say.action.snapshot)
    if not isinstance(say.action, Delete) or gone is None:
        return None
    merged = [(target, base) for target, base in outside(gone) if base in effects.written]
    for disk in domain.disks:
        lain = {images.key(part) for path in _chain(disk) for part in images.parts(path)}
        for target, base in merged:
            if target != disk.target and images.key(base) in lain:
                user = f"disk {disk.target} of domain {domain.name}"
                return say(Code.IMAGE_SHARED, base, user)
    return None


def _chain(disk: Disk) -> Iterator[str]:
    yield from ((disk.path, *disk.backing) if disk.path else ())


def _open(say: _Said, path: str, others: Iterable[ImageUse]) -> Refusal | None:
    """QEMU's lock: an image that a running guest reads is not written to (all releases)."""
    use = next((each for each in others if each.active), None)
    return say(Code.IMAGE_OPEN, path, use.user) if use else None


def _read(effects: FileEffects, images: ImageGraph) -> list[str]:
    """What is opened for reading: some images as such, and all that lies below the others."""
    below = {each for path in effects.needed for each in images.below(path) or ()}
    parts = {part for path in below for part in images.parts(path)}
    return sorted(effects.read | parts)


def meeting(effects: FileEffects, domain: Domain, images: ImageGraph) -> FileEffects:
    """The effects, with what is read limited to what other plans of the run have open meanwhile.

    For a moment QEMU's tools lock an image that they write to, and nobody else reads it then.
    """
    read = _read(effects, images)
    return replace(effects, read=frozenset(p for p in read if any(images.claimed(p, domain.uuid))))


def _locked(say: _Said, path: str, others: Iterable[ImageUse]) -> Refusal | None:
    """QEMU's lock again: an image that a running guest writes to is not read, either."""
    use = next((each for each in others if each.active and each.writes), None)
    return say(Code.IMAGE_OPEN, path, use.user) if use else None


def _frozen(say: _Said, path: str, others: Iterable[ImageUse]) -> Refusal | None:
    """A snapshot's data in an image that another domain writes to does not stay what it is."""
    use = next((each for each in others if each.writes), None)
    return say(Code.IMAGE_WRITTEN, path, use.user) if use else None


def _claimed(say: _Said, path: str, others: Iterable[Claim]) -> Refusal | None:
    claim = next(iter(others), None)
    return say(Code.FILE_CLAIMED, path, claim.user) if claim else None


def _taken(say: _Said, path: str, others: Iterable[Claim]) -> Refusal | None:
    """The same, seen from the step that changes what another one takes over."""
    return _claimed(say, path, (claim for claim in others if claim.creates))


def _unread(say: _Said, effects: FileEffects, domain: Domain, images: ImageGraph) -> Refusal | None:
    """What another domain lies on can only be known by reading its image."""
    if not effects.changed:
        return None
    found = next(images.unread_besides(domain.uuid), None)
    if found is None:
        return None
    path, use = found
    return say(Code.CHAIN_UNREAD, path, use.user)
