"""Outcomes of an apply as JSON: the shapes of `schemas/apply-events-v1.schema.json`."""

from typing import Any

from reconcile import __version__
from reconcile.model.told_step import Rename
from reconcile.views.outcome import FailedStepView, OutcomeView, RunView, StepOutcomeView

FORMAT_VERSION = "1.1"
Json = dict[str, Any]


def run_json(run: RunView) -> Json:
    """The result of a run as JSON, without the key that makes an event of it."""
    return {
        "format_version": FORMAT_VERSION,
        "tool_version": __version__,
        "exit_code": int(run.exit_code),
        "domains": [outcome_json(each) for each in run.domains],
    }


def outcome_json(outcome: OutcomeView) -> Json:
    """The outcome of one domain as JSON."""
    return {
        "domain": outcome.domain.name,
        "uuid": outcome.domain.uuid,
        "connect": outcome.domain.host.uri,
        "host": outcome.domain.host.server,
        "status": str(outcome.status),
        "steps": [_step(each) for each in outcome.steps],
        "failures": [_failure(each) for each in outcome.failures],
        "notes": list(outcome.notes),
        "remedy": outcome.remedy,
    }


def _failure(failed: FailedStepView) -> Json:
    return {
        "step": failed.number,
        "action": str(failed.kind),
        "snapshot": failed.snapshot,
        "undoing": failed.undoing,
        "why": list(failed.why),
    }


def _step(step: StepOutcomeView) -> Json:
    told = {"action": str(step.kind), "snapshot": step.snapshot, "state": str(step.state)}
    return {**told, **rename_json(step.rename)}


def rename_json(rename: Rename | None) -> Json:
    """The key that names the rename of which a step is a part; nothing where it is of none."""
    return {} if rename is None else {"rename": {"from": rename.old, "to": rename.new}}
