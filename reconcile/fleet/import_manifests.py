"""Manifests for domains that are there already; a plan for each is empty, or it is not written.

What was written is read back and planned by the same planner as any manifest.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reconcile.errors import ImportDiffersError, ManifestError
from reconcile.fleet.apply import settled
from reconcile.fleet.declared_domains import DeclaredDomain
from reconcile.fleet.host_plan import plan_on
from reconcile.fleet.known_uri import DEFAULT
from reconcile.fleet.observed_host import ObservedHost
from reconcile.libvirt.connection import Connection
from reconcile.libvirt.shown_uri import shown
from reconcile.manifest.accept_host import accepting
from reconcile.manifest.declared_text import declared
from reconcile.manifest.edit import Blocked, edited
from reconcile.manifest.edits import Edit
from reconcile.manifest.file_name import stem
from reconcile.manifest.import_tree import import_tree
from reconcile.manifest.load import load_text
from reconcile.manifest.snapshot_facts import comments
from reconcile.manifest.write_document import document
from reconcile.model.connect_uri import unsafe_reason
from reconcile.model.desired import DesiredTree
from reconcile.model.domain import Domain
from reconcile.model.hosts import DeclaredHost
from reconcile.model.identity import DomainId
from reconcile.model.left_out import LeftOut
from reconcile.model.plan import DomainPlan
from reconcile.model.target import Target


@dataclass(frozen=True, slots=True)
class ImportedManifest:
    """The manifest of one domain; `text` is empty where no snapshot can be declared.

    `before` is what the file holds already, in which `edits` are made in one `document`. `desired`
    is what the text says, once more read; None where it says nothing, or `blocked` names edits that
    could not be made. `snapshots` counts those of the host.
    """

    id: DomainId
    path: Path
    text: str
    desired: DesiredTree | None
    left_out: tuple[LeftOut, ...]
    snapshots: int
    before: str = ""
    document: int = 0
    edits: tuple[Edit, ...] = ()
    blocked: tuple[Blocked, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """Where manifests go, and what is there: `existing` are declared domains by their UUID.

    `connect` is how new ones name the host; `adopt`: whether they own what they declare.
    """

    folder: Path
    connect: str | None
    adopt: bool
    existing: Mapping[str, DeclaredDomain]


def import_manifests(host: ObservedHost, request: ImportRequest) -> tuple[ImportedManifest, ...]:
    """The manifests of the host's chosen domains, in their order.

    Raises HostError, HostXmlError, and ImportDiffersError where a plan would not be empty.
    """

    def made(domain: Domain) -> ImportedManifest:
        there = request.existing.get(domain.uuid)
        if there is not None:
            return _to_update(host, domain, there)
        return _new(host, domain, request)

    manifests = tuple(_updated(tuple(host.each(made))))
    _require_in_sync(host.connection, manifests)
    return manifests


def named_host(host: DeclaredHost) -> str | None:
    """How a manifest names the host of the command line, so that it is found without options.

    None where it is the default anyway, and where a manifest may not name it: with a password, or
    by a URI that can start a program.
    """
    uri = host.uri
    if host.name is not None:
        return host.name
    if uri is None or uri == os.environ.get(DEFAULT) or shown(uri) != uri or unsafe_reason(uri):
        return None
    return uri


def adoptions(host: Connection, manifests: Sequence[ImportedManifest]) -> tuple[DomainPlan, ...]:
    """The plans that mark what the manifests declare as owned: of metadata alone."""
    targets = [
        Target(each.id, replace(settled(each.desired), adopt=True))
        for each in manifests
        if each.desired is not None
    ]
    return plan_on(host, targets) if targets else ()


def _new(host: ObservedHost, domain: Domain, request: ImportRequest) -> ImportedManifest:
    imported = import_tree(domain, request.connect, adopt=request.adopt)
    path = request.folder / f"{stem(domain.name)}.yaml"
    empty = not imported.desired.snapshots
    text = "" if empty else document(imported.desired, comments(domain))
    desired = None if empty else _read(text, str(path), 0)
    if desired is not None and _placeless(desired, imported.desired) != imported.desired:
        raise ImportDiffersError(domain.name, ("its text does not say what was meant",))
    identity = _identity(host, domain)
    return ImportedManifest(identity, path, text, desired, imported.left_out, len(domain.tree))


def _to_update(host: ObservedHost, domain: Domain, there: DeclaredDomain) -> ImportedManifest:
    """A file that a person wrote, with the edits that it needs."""
    head = declared(there.text, there.document).head
    return ImportedManifest(
        id=_identity(host, domain),
        path=there.path,
        text=there.text,
        desired=None,
        left_out=import_tree(domain).left_out,
        snapshots=len(domain.tree),
        before=there.text,
        document=there.document,
        edits=accepting(there.desired, domain, head),
    )


def _updated(manifests: Sequence[ImportedManifest]) -> Iterator[ImportedManifest]:
    """The manifests with their edits made; several domains may stand in one file."""
    texts = {each.path: each.before for each in manifests if each.before}
    blocked: dict[DomainId, tuple[Blocked, ...]] = {}
    for each in manifests:
        if each.before:
            made = edited(texts[each.path], each.document, each.edits)
            texts[each.path], blocked[each.id] = made.text, made.blocked
    for each in manifests:
        if not each.before:
            yield each
            continue
        text, left = texts[each.path], blocked[each.id]
        desired = None if left else _read(text, str(each.path), each.document)
        yield replace(each, text=text, desired=desired, blocked=left)


def _identity(host: ObservedHost, domain: Domain) -> DomainId:
    return DomainId(host.connection.id, domain.uuid, domain.name)


def _read(text: str, file: str, number: int) -> DesiredTree:
    """What a document of the text says. Raises ImportDiffersError where that is no manifest."""
    try:
        return load_text(text, file)[number]
    except ManifestError as error:
        raise ImportDiffersError(file, tuple(map(str, error.problems))) from error


def _placeless(read: DesiredTree, meant: DesiredTree) -> DesiredTree:
    """The tree without the positions that its text gave it."""
    where = meant.position
    entries = tuple(replace(entry, position=where) for entry in read.snapshots)
    return replace(read, position=where, snapshots=entries)


def _require_in_sync(host: Connection, manifests: Iterable[ImportedManifest]) -> None:
    """Raise ImportDiffersError for the first of them that would change anything but ownership."""
    targets = tuple(
        Target(each.id, replace(settled(each.desired), adopt=False))
        for each in manifests
        if each.desired is not None
    )
    for plan in plan_on(host, targets) if targets else ():
        if not plan.in_sync:
            raise ImportDiffersError(plan.id.name, tuple(_differences(plan)))


def _differences(plan: DomainPlan) -> Iterator[str]:
    """What the plan would do, with the fields that differ."""
    for step in plan.steps:
        fields = ", ".join(change.field for change in step.changes)
        yield f"{step.action.kind} {step.action.snapshot}{f' ({fields})' if fields else ''}"
    yield from (f"{each.snapshot or plan.id.name}: {each.message}" for each in plan.refusals)
