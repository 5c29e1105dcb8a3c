"""Listings of domains and snapshots as JSON: `schemas/list-v1.schema.json`."""

from typing import Any

from reconcile.model.overview import DomainOverview
from reconcile.render.times import utc_time
from reconcile.views.overview import OverviewView
from reconcile.views.snapshot_list import SnapshotListView, SnapshotRowView

FORMAT_VERSION = "1.0"


def snapshots_json(view: SnapshotListView) -> dict[str, Any]:
    """The snapshots of a domain, in the order of the view."""
    return {
        "format_version": FORMAT_VERSION,
        "domain": view.domain.name,
        "uuid": view.domain.uuid,
        "connect": view.domain.host.uri,
        "snapshots": [snapshot_json(each) for each in view.snapshots],
    }


def overview_json(view: OverviewView) -> dict[str, Any]:
    """The domains of a host."""
    return {
        "format_version": FORMAT_VERSION,
        "connect": view.connect,
        "domains": [_domain(each) for each in view.domains],
    }


def _domain(row: DomainOverview) -> dict[str, Any]:
    return {
        "domain": row.id.name,
        "uuid": row.id.uuid,
        "state": str(row.state),
        "snapshots": row.snapshots,
        "owned": row.owned,
        "current": row.current,
        "chain": row.depth,
        "oldest": None if row.oldest is None else utc_time(row.oldest),
        "held": {"bytes": row.held.size, "inside": row.held.inside},
        "findings": row.findings,
    }


def snapshot_json(row: SnapshotRowView) -> dict[str, Any]:
    """One snapshot as an object of the JSON that `list` and `show` print; times are UTC."""
    return {
        "name": row.name,
        "parent": row.parent,
        "created": utc_time(row.created),
        "state": row.state,
        "location": "external" if row.external else "internal",
        "description": row.description,
        "current": row.current,
        "owned": row.owned,
        "protected": row.protected,
    }
