"""A snapshot, or a domain with its tree, as JSON: `schemas/show-v1.schema.json`."""

from typing import Any

from reconcile.model.fact import Fact
from reconcile.model.identity import DomainId
from reconcile.model.shown_snapshot import SnapshotFile
from reconcile.render.json_list import FORMAT_VERSION, snapshot_json
from reconcile.views.plan import RefusalView
from reconcile.views.shown_domain import DomainView
from reconcile.views.shown_snapshot import PossibleView, SnapshotView

_EXISTS = {Fact.YES: True, Fact.NO: False, Fact.UNKNOWN: None}


def shown_snapshot_json(view: SnapshotView) -> dict[str, Any]:
    """The snapshot with its domain, its files, and each action on it."""
    return {
        **_head(view.domain),
        "snapshot": {
            **snapshot_json(view.row),
            "memory": str(view.memory),
            "disks": {target: str(kind) for target, kind in view.disks},
            "children": view.children,
            "descendants": view.descendants,
            "metadata": view.metadata,
            "revision": view.revision,
            "labels": dict(view.labels),
            "data": str(view.data),
            "files": [_file(each) for each in view.files],
        },
        "possible": {each.action: _possible(each) for each in view.possible},
    }


def shown_domain_json(view: DomainView) -> dict[str, Any]:
    """The domain with its disks and its tree."""
    return {
        **_head(view.domain),
        "state": view.state,
        "persistent": view.persistent,
        "managed_save": view.managed_save,
        "checkpoints": list(view.checkpoints),
        "disks": [
            {"target": disk.target, "path": disk.path, "below": list(disk.backing)}
            for disk in view.disks
        ],
        "snapshots": [snapshot_json(each) for each in view.snapshots],
    }


def _head(domain: DomainId) -> dict[str, Any]:
    return {
        "format_version": FORMAT_VERSION,
        "domain": domain.name,
        "uuid": domain.uuid,
        "connect": domain.host.uri,
    }


def _file(file: SnapshotFile) -> dict[str, Any]:
    return {
        "role": str(file.role),
        "disk": file.disk,
        "path": file.path,
        "exists": _EXISTS[file.exists],
        "bytes": file.size,
    }


def _possible(view: PossibleView) -> dict[str, Any]:
    return {
        "possible": view.possible,
        "hazards": [{"hazard": str(h.hazard), "message": h.words} for h in view.hazards],
        "approvals": list(view.approvals),
        "removes": list(view.removed),
        "refusals": [_refusal(each) for each in view.refusals],
        "warnings": list(view.notes),
    }


def _refusal(refusal: RefusalView) -> dict[str, Any]:
    return {"code": refusal.code, "message": refusal.message, "remedy": refusal.remedy}
