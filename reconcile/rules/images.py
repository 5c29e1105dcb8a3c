"""An action against the images of the whole host: does anybody else lie on what it changes?

libvirt knows of one domain only what its own definition says. Linked clones, a shared overlay or a
file that another domain's metadata names are nobody's concern to it (tried on 9.0.0, 11.3.0 and
12.8.0: their data changes or is unlinked, and the call succeeds).
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from reconcile.model.action import Action, Delete
from reconcile.model.domain import Domain
from reconcile.model.file_effects import FileEffects
from reconcile.model.images import Claim, ImageGraph, ImageUse, Role
from reconcile.model.plan import Refusal
from reconcile.rules.checks import first
from reconcile.rules.file_effects import outside
from reconcile.rules.refusals import Code, refuse


def objection(
    action: Action, domain: Domain, effects: FileEffects, images: ImageGraph
) -> Refusal | None:
    """The first reason why the action would hurt another domain, or meet another plan's step."""
    name, uuid, changed = action.snapshot, domain.uuid, sorted(effects.changed)
    return first(
        (
            *(_shared(path, action, domain, images.others(path, uuid)) for path in changed),
            _own_disk(action, domain, effects, images),
            *(_open(name, path, images.others(path, uuid)) for path in sorted(effects.opened)),
            *(_frozen(name, path, images.others(path, uuid)) for path in sorted(effects.frozen)),
            *(_claimed(name, path, images.claimed(path, uuid)) for path in sorted(_made(effects))),
            *(_taken(name, path, images.claimed(path, uuid)) for path in changed),
            _unread(name, effects, domain, images),
        )
    )


def uses(domain: Domain, images: ImageGraph) -> Iterator[tuple[str, ImageUse]]:
    """Every image that the domain needs, with the reason: disks, snapshots, all chains below."""
    for path, use in _direct(domain):
        yield path, use
        for below in images.below(path) or ():
            role = Role.BACKING if use.role is Role.DISK else use.role
            yield below, replace(use, role=role, writes=False)


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
    """What other domains' plans of the same run must know of this step."""
    user = f"{action.kind} {action.snapshot} of domain {domain.name}"
    for path in _made(effects):
        yield path, Claim(domain.uuid, user, creates=True)
    for path in effects.changed:
        yield path, Claim(domain.uuid, user, creates=False)


def _made(effects: FileEffects) -> frozenset[str]:
    return effects.created | effects.reused


def _shared(
    path: str, action: Action, domain: Domain, others: Iterable[ImageUse]
) -> Refusal | None:
    """A file that only metadata calls this domain's own was never its own (trap 17)."""
    use = next(iter(others), None)
    if use is None:
        return None
    code = Code.IMAGE_SHARED if _is_own(path, domain) else Code.METADATA_FOREIGN
    return refuse(code, action.snapshot, file=path, user=use.user)


def _is_own(path: str, domain: Domain) -> bool:
    """Whether a disk lies on the file, or a snapshot was taken while one did."""
    bases = (file for snapshot in domain.tree for _, file in snapshot.base)
    return path in domain.images or path in bases


def _own_disk(
    action: Action, domain: Domain, effects: FileEffects, images: ImageGraph
) -> Refusal | None:
    """A merge into an image that another disk of the same domain lies on."""
    gone = domain.tree.get(action.snapshot)
    if not isinstance(action, Delete) or gone is None:
        return None
    merged = {target for target, _ in outside(gone)}
    written = {images.key(path) for path in effects.written}
    for disk in domain.disks:
        lain = {images.key(path) for path in (disk.path, *disk.backing) if path}
        if disk.target not in merged and lain & written:
            user = f"disk {disk.target} of domain {domain.name}"
            return refuse(Code.IMAGE_SHARED, action.snapshot, file=min(lain & written), user=user)
    return None


def _open(name: str, path: str, others: Iterable[ImageUse]) -> Refusal | None:
    """QEMU's lock: an image that a running guest reads is not written to (all releases)."""
    use = next((each for each in others if each.active), None)
    return refuse(Code.IMAGE_OPEN, name, file=path, user=use.user) if use else None


def _frozen(name: str, path: str, others: Iterable[ImageUse]) -> Refusal | None:
    """A snapshot's data in an image that another domain writes to does not stay what it is."""
    use = next((each for each in others if each.writes), None)
    return refuse(Code.IMAGE_WRITTEN, name, file=path, user=use.user) if use else None


def _claimed(name: str, path: str, others: Iterable[Claim]) -> Refusal | None:
    claim = next(iter(others), None)
    return refuse(Code.FILE_CLAIMED, name, file=path, user=claim.user) if claim else None


def _taken(name: str, path: str, others: Iterable[Claim]) -> Refusal | None:
    """The same, seen from the step that changes what another one takes over."""
    return _claimed(name, path, (claim for claim in others if claim.creates))


def _unread(name: str, effects: FileEffects, domain: Domain, images: ImageGraph) -> Refusal | None:
    """What another domain lies on can only be known by reading its image."""
    if not effects.changed:
        return None
    found = next(images.unread_besides(domain.uuid), None)
    if found is None:
        return None
    path, use = found
    return refuse(Code.CHAIN_UNREAD, name, file=path, user=use.user)
