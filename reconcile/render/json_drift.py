"""Drift as JSON: the shapes of `schemas/drift-v1.schema.json`."""

from typing import Any

from reconcile import __version__
from reconcile.views.drift import DomainDriftView, DriftReport, DriftView, UnmanagedView

FORMAT_VERSION = "1.0"
Json = dict[str, Any]


def drift_json(report: DriftReport) -> Json:
    """A drift report as a JSON object."""
    return {
        "format_version": FORMAT_VERSION,
        "tool_version": __version__,
        "summary": {str(origin): number for origin, number in report.summary},
        "domains": [_domain(each) for each in report.domains],
    }


def _domain(domain: DomainDriftView) -> Json:
    return {
        "domain": domain.domain.name,
        "uuid": domain.domain.uuid,
        "connect": domain.domain.host.uri,
        "differences": [_difference(each) for each in domain.differences],
        "unmanaged": [_unmanaged(each) for each in domain.unmanaged],
    }


def _difference(view: DriftView) -> Json:
    drift = view.drift
    return {
        "snapshot": drift.snapshot,
        "field": drift.field,
        "declared": drift.declared,
        "observed": drift.observed,
        "origin": str(drift.origin),
        "kind": str(drift.kind),
    }


def _unmanaged(view: UnmanagedView) -> Json:
    return {"snapshot": view.snapshot, "created": view.created, "age": view.age}
