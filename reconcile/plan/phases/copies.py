"""Entries made from metadata that exists: renamed, cloned, and restored from full dumps."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from reconcile.diff.declaration import mark
from reconcile.model.action import Delete, Redefine
from reconcile.model.desired import DesiredSnapshot, DesiredTree
from reconcile.model.domain import Domain
from reconcile.model.host import Dump
from reconcile.model.plan import Change, Reason
from reconcile.model.snapshot import Mark, Snapshot
from reconcile.plan.draft import Draft
from reconcile.plan.dump_definition import foreign
from reconcile.plan.written_files import in_domain_directory
from reconcile.rules import files
from reconcile.rules.file_effects import at_stake
from reconcile.rules.refusals import Code, refuse


def rename(draft: Draft, desired: DesiredTree) -> Draft:
    """The draft with a new entry for each rename, the children below it, and without the old entry.

    The data stays where it is.
    """
    for entry in desired.snapshots:
        old = draft.domain.tree.get(entry.renamed_from)
        if old is not None and entry.name not in draft.domain.tree:
            draft = _renamed(draft, desired, entry, old)
    return draft


def _renamed(draft: Draft, desired: DesiredTree, entry: DesiredSnapshot, old: Snapshot) -> Draft:
    if not old.external:
        facts = {"source": old.name, "renamed": True}
        return draft.refuse(refuse(Code.COPY_INTERNAL, entry.name, **facts))
    copy = _copy(draft, desired, entry, old)
    draft = draft.take(copy, Reason.RENAMED, (Change("name", old.name, entry.name),))
    if entry.name not in draft.domain.tree:
        return draft
    for name in draft.domain.tree.children(old.name):
        child = draft.domain.tree[name]
        # its mark tells of the old parent: without hashes it is renewed with what is declared
        kept = child.mark and replace(child.mark, fields=())
        moved = Redefine(name, entry.name, child.description, kept)
        draft = draft.take(moved, Reason.RENAMED, (Change("parent", old.name, entry.name),))
    return draft.take(Delete(old.name, metadata_only=True), Reason.RENAMED)


def undecided(draft: Draft, desired: DesiredTree) -> frozenset[str]:
    """The entries whose rename, clone or restore was refused, and what they would be made from.

    Until the refusal is lifted nobody knows which snapshot is which: no other step touches them.
    """
    refused = {each.snapshot for each in draft.refusals}
    entries = [entry for entry in desired.snapshots if entry.name in refused]
    names = {name for each in entries for name in (each.name, each.renamed_from) if name}
    return frozenset(names)


def clone(draft: Draft, desired: DesiredTree) -> Draft:
    """The draft with a second entry for each external snapshot that is to be cloned."""
    for entry in desired.snapshots:
        if entry.clone_of is None or entry.name in draft.domain.tree:
            continue
        source = draft.domain.tree.get(entry.clone_of)
        if source is None:
            draft = draft.refuse(refuse(Code.COPY_MISSING, entry.name, source=entry.clone_of))
        else:
            change = Change("clone-of", None, source.name)
            copy = _copy(draft, desired, entry, source)
            draft = draft.take(copy, Reason.CLONED, (change,))
    return draft


def _copy(draft: Draft, desired: DesiredTree, entry: DesiredSnapshot, source: Snapshot) -> Redefine:
    renamed = entry.renamed_from == source.name
    own = mark(entry, source.mark, desired.revision)
    return Redefine(
        snapshot=entry.name,
        parent=source.parent if renamed else entry.parent,
        description=source.description if entry.description is None else entry.description,
        mark=own if renamed else replace(own, applied=None),  # the source still tells it
        current=renamed and draft.domain.tree.current == source.name,
        copy_of=source.name,
    )


def restore(draft: Draft, desired: DesiredTree, dumps: Mapping[str, Dump]) -> Draft:
    """The draft with lost metadata restored from full dumps, parents first, and the pointer set."""
    lost = [entry for entry in desired.snapshots if entry.redefine_from and _lost(draft, entry)]
    if not lost:
        return draft
    current = _current(draft.domain, desired, lost, dumps)
    if draft.domain.tree.current is None and current is None:
        return draft.refuse(refuse(Code.DUMP_CURRENT, lost[0].name))
    for entry in lost:
        draft = _restored(draft, desired, entry, dumps, current)
    return draft


def _lost(draft: Draft, entry: DesiredSnapshot) -> bool:
    return entry.name not in draft.domain.tree


def _restored(
    draft: Draft,
    desired: DesiredTree,
    entry: DesiredSnapshot,
    dumps: Mapping[str, Dump],
    current: str | None,
) -> Draft:
    dump = dumps.get(entry.redefine_from or "")
    if dump is None:
        facts = {"file": entry.redefine_from, "why": "it cannot be read"}
        return draft.refuse(refuse(Code.DUMP_WRONG, entry.name, other=True, missing=True, **facts))
    for path in at_stake(dump.snapshot):
        if not in_domain_directory(path, draft.domain, desired.allow_paths):
            facts = {"path": path, "folder": str(PurePosixPath(path).parent)}
            return draft.refuse(refuse(Code.METADATA_ELSEWHERE, entry.name, **facts))
    own = dump.is_of(draft.domain.uuid) and dump.snapshot.name == entry.name
    why = foreign(draft.domain, dump.snapshot, desired.allow_paths) if own else None
    if why is not None:
        wrong = {"file": entry.redefine_from, "why": why}
        return draft.refuse(refuse(Code.DUMP_WRONG, entry.name, missing=True, **wrong))
    described = dump.snapshot.description if entry.description is None else entry.description
    action = Redefine(
        snapshot=entry.name,
        parent=entry.parent,
        description=described,
        mark=_kept_mark(desired, entry, dump.snapshot),
        current=draft.domain.tree.current is None and entry.name == current,
        file=entry.redefine_from,
        dump=dump,
    )
    return draft.take(action, Reason.LOST)


def _kept_mark(desired: DesiredTree, entry: DesiredSnapshot, lost: Snapshot) -> Mark | None:
    """With `adopt: false` the one that was lost; else, or where a mark is declared, a new one."""
    if not desired.adopt and (lost.mark or (entry.labels is None and entry.protect is None)):
        return lost.mark
    return mark(entry, lost.mark, desired.revision)


def _current(
    domain: Domain,
    desired: DesiredTree,
    lost: list[DesiredSnapshot],
    dumps: Mapping[str, Dump],
) -> str | None:
    """The declared one, else the one whose overlays the domain runs on."""
    if desired.current is not None:
        return desired.current.snapshot
    on = files.active(domain)
    for entry in lost:
        dump = dumps.get(entry.redefine_from or "")
        if dump is not None and on.intersection(files.overlays(dump.snapshot)):
            return entry.name
    return None
