"""What this version reads from a plan file, a journal or an event stream, as plain JSON values.

The one place that knows by which functions the files are read today.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reconcile.journal.history import DomainHistory, History
from reconcile.journal.journal import Journal
from reconcile.journal.records import Intent
from reconcile.planfile.decode import SavedDomain, read
from tests.formats.values import Facts, declared, digest, observed, only, pairs, step_facts
from tests.harness.schemas import events
from tests.simulation.disk import MemoryDisk


def plan_facts(path: Path) -> Facts:
    """A plan file: its id, its digest, and each domain with what it was planned from."""
    saved = read(path)
    return {"id": saved.id, "digest": saved.digest, "domains": [*map(_saved, saved.domains)]}


def journal(path: Path) -> History:
    """The history that a journal tells."""
    disk = MemoryDisk()
    disk.data = path.read_bytes()
    return Journal(disk).history()


def journal_facts(path: Path) -> Facts:
    """A journal: who began it, each domain and how far it got, and which are unfinished."""
    history = journal(path)
    begun = history.begun
    return {
        "begun": only(
            format=begun.format,
            tool=begun.tool,
            started=begun.started,
            pid=begun.pid,
            host=begun.host,
            user=begun.user,
            plan=begun.plan,
        ),
        "domains": [*map(_history, history.domains.values())],
        "unfinished": [each.planned.domain.uuid for each in history.unfinished],
    }


def event_facts(path: Path) -> Facts:
    """An event stream: its events in order without their texts, and how it ended."""
    told = events(path.read_text("utf-8"))
    return {
        "events": [_event(each) for each in told[:-1]],
        "exit_code": told[-1]["exit_code"],
        "domains": [_outcome(each) for each in told[-1]["domains"]],
    }


def _saved(each: SavedDomain) -> Facts:
    return {
        "domain": each.id.name,
        "uuid": each.id.uuid,
        "connect": each.id.host.uri,
        "fingerprint": each.fingerprint,
        "actions": [
            f"{action['action']} {action['snapshot']}: {action['reason']}"
            for action in each.actions
        ],
        "declared": declared(each.declared),
        "observed": observed(each.observed),
    }


def _history(each: DomainHistory) -> Facts:
    planned = each.planned
    return {
        "domain": planned.domain.name,
        "uuid": planned.domain.uuid,
        "connect": planned.domain.host.uri,
        "host": [
            planned.capabilities.driver,
            list(planned.capabilities.libvirt),
            planned.capabilities.external_revert,
        ],
        "declared": declared(planned.declared),
        "observed": observed(planned.observed),
        "steps": [*map(step_facts, planned.steps)],
        "position": each.position,
        **only(
            open=each.open and _intent(each.open),
            answered=each.answered,
            saved={str(step): digest(xml) for step, xml in each.saved},
            settled=each.settled and [str(each.settled.status), *each.settled.notes],
        ),
    }


def _intent(intent: Intent) -> Facts:
    return {
        "step": intent.step,
        "way": str(intent.way),
        **only(
            paths=pairs(intent.seen.paths),
            process=intent.seen.process,
            written=pairs(intent.seen.written),
            beside=list(intent.seen.beside),
            saved=intent.saved and digest(intent.saved),
        ),
    }


def _event(event: Mapping[str, Any]) -> list[object]:
    keys = ("event", "domain", "step", "action", "snapshot", "state", "status", "percent")
    return [*(event[key] for key in keys if key in event), *(["undo"] * event.get("undoing", 0))]


def _outcome(outcome: Mapping[str, Any]) -> list[object]:
    steps = [step["state"] for step in outcome["steps"]]
    return [outcome["domain"], outcome["uuid"], outcome["status"], steps, outcome["notes"]]
