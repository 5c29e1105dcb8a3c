"""A diagnosis as JSON: the shape of `schemas/doctor-v1.schema.json`."""

from typing import Any

from reconcile import __version__
from reconcile.model.diagnosis import Ability, DomainDiagnosis, Operation
from reconcile.model.finding import Finding
from reconcile.views.diagnosis import DiagnosisView

FORMAT_VERSION = "1.0"
Json = dict[str, Any]


def diagnosis_json(view: DiagnosisView) -> Json:
    """The whole diagnosis, as JSON."""
    return {
        "format_version": FORMAT_VERSION,
        "tool_version": __version__,
        "connect": view.host.uri,
        "host": view.host.server,
        "libvirt": view.libvirt,
        "operations": [_operation(each) for each in view.operations],
        "findings": [_finding(each) for each in view.findings],
        "notes": list(view.notes),
        "domains": [_domain(each) for each in view.domains],
    }


def _operation(operation: Operation) -> Json:
    name, possible = operation.name, operation.possible
    return {"operation": name, "possible": possible, "remark": operation.remark}


def _domain(view: DomainDiagnosis) -> Json:
    return {
        "domain": view.id.name,
        "uuid": view.id.uuid,
        "state": str(view.state),
        "abilities": [_ability(each) for each in view.abilities],
        "findings": [_finding(each) for each in view.findings],
    }


def _ability(ability: Ability) -> Json:
    refusal = ability.refusal
    told = None
    if refusal is not None:
        told = {"code": refusal.code, "message": refusal.message, "remedy": refusal.remedy}
    return {"ability": ability.name, "possible": refusal is None, "refusal": told}


def _finding(finding: Finding) -> Json:
    return {
        "code": str(finding.code),
        "subject": finding.subject,
        "message": finding.message,
        "way": finding.way,
    }
