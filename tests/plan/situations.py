"""What a person has before them when a plan is refused: a manifest, a domain, a host."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from reconcile.model.desired import DesiredTree
from reconcile.model.domain import Domain
from reconcile.model.host import Host
from reconcile.model.images import Image, ImageGraph, ImageUse
from reconcile.model.plan import DomainPlan
from reconcile.model.snapshot import Snapshot
from reconcile.plan.planner import plan_domain
from tests.plan.manifests import Document, document, loaded

DUMPS = "/dumps"


@dataclass(frozen=True, slots=True)
class Situation:
    """A manifest, the domain as it is, its host, and directories given by `--allow-path`.

    `true` are snapshots as they were before their metadata was lost: what a right dump holds.
    """

    manifest: Document
    observed: Domain
    host: Host
    allowed: tuple[str, ...] = ()
    true: Mapping[str, Snapshot] = field(default_factory=dict)

    @classmethod
    def of(cls, desired: DesiredTree, observed: Domain, host: Host) -> "Situation":
        """Of a declaration, whether or not it can be written as a manifest."""
        named = (
            replace(each, redefine_from=each.redefine_from and f"{DUMPS}/{each.redefine_from}")
            for each in desired.snapshots
        )
        dumps = {**host.dumps, **{f"{DUMPS}/{file}": dump for file, dump in host.dumps.items()}}
        manifest = document(replace(desired, snapshots=tuple(named)))
        return cls(manifest, observed, replace(host, dumps=dumps), desired.allow_paths)

    def planned(self, folder: Path) -> DomainPlan:
        """The plan for the manifest as it is now, through the real loader."""
        return plan_domain(self._desired(folder), self.observed, self.host)

    def _desired(self, folder: Path) -> DesiredTree:
        """A manifest without entries, which nobody can write, still says what else it says."""
        entries = self.manifest["snapshots"] or [{"name": "any"}]
        desired = loaded(self.manifest | {"snapshots": entries}, folder)
        left = desired.snapshots if self.manifest["snapshots"] else ()
        return replace(desired, snapshots=left, allow_paths=self.allowed)

    def entry(self, name: str) -> Document | None:
        """A snapshot's entry."""
        return next((each for each in self.manifest["snapshots"] if each["name"] == name), None)

    def edited(self, **keys: object) -> "Situation":
        """With other keys in the manifest; None removes one."""
        kept = {key: value for key, value in (self.manifest | keys).items() if value is not None}
        return replace(self, manifest=kept)

    def with_entry(self, name: str, entry: Document | None) -> "Situation":
        """With another entry in its place, or one more, or none."""
        there = [each["name"] for each in self.manifest["snapshots"]]
        others = {each["name"]: each for each in self.manifest["snapshots"]} | {name: entry or {}}
        order = there if name in there else [*there, name]
        return self.edited(snapshots=[others[each] for each in order if others[each]])

    def with_domain(self, **fields: object) -> "Situation":
        """With something else about the domain."""
        return replace(self, observed=replace(self.observed, **fields))  # type: ignore[arg-type] # a domain's own fields

    def with_disk(self, target: str, **fields: object) -> "Situation":
        """With something else about one disk."""
        disks = (
            replace(disk, **fields) if disk.target == target else disk  # type: ignore[arg-type] # a disk's own fields
            for disk in self.observed.disks
        )
        return self.with_domain(disks=tuple(disks))

    def with_snapshot(self, name: str, **fields: object) -> "Situation":
        """With something else in a snapshot's metadata."""
        changed = replace(self.observed.tree[name], **fields)  # type: ignore[arg-type] # a snapshot's own fields
        return self.with_domain(tree=self.observed.tree.put(changed))

    def with_images(self, **fields: object) -> "Situation":
        """With something else known of the host's images."""
        images = replace(self.host.images, **fields)  # type: ignore[arg-type] # a graph's own fields
        return replace(self, host=replace(self.host, images=images))

    def with_image(self, path: str, **facts: object) -> "Situation":
        """With something else known of one image."""
        known = self.host.images.images.get(path, Image())
        changed = replace(known, **facts)  # type: ignore[arg-type] # an image's own facts
        return self.with_images(images={**self.host.images.images, path: changed})

    def without_others(self, path: str) -> "Situation":
        """No other domain lies on the image any more."""
        return self._used(path, ())

    def with_others_off(self, path: str) -> "Situation":
        """Those that lie on the image do not run."""
        off = (replace(use, active=False, writes=False) for use in self.host.images.users(path))
        return self._used(path, tuple(off))

    def _used(self, path: str, uses: tuple[ImageUse, ...]) -> "Situation":
        graph: ImageGraph = self.host.images
        return self.with_images(uses={**graph.uses, graph.key(path): uses})
