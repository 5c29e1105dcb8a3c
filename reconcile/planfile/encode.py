"""Plans encoded in the shape of design §5 and `schemas/plan-v1.schema.json`."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from reconcile import __version__
from reconcile.libvirt.calls import Call, calls
from reconcile.model.action import Action, Create
from reconcile.model.plan import Change, DomainPlan, Plan, Refusal, Step, UnfinishedApply
from reconcile.model.told_step import Rename, StepKind, told_kinds, told_steps
from reconcile.model.way_out import WayOut
from reconcile.planfile.declared import DECLARED
from reconcile.planfile.values_v1 import DOMAIN, POSITION

FORMAT_VERSION = "1.0"
Json = dict[str, Any]


def encode(plan: Plan, name: str | None = None) -> Json:
    """The whole plan as JSON data with its checksum; `name` is a saved plan's id, used once."""
    document = {
        "format_version": FORMAT_VERSION,
        "tool_version": __version__,
        **({} if name is None else {"id": name}),
        "digest": plan.digest,
        "summary": summary(plan),
        "domains": [_domain(each) for each in plan.domains],
    }
    return {**document, "checksum": checksum(document)}


def checksum(document: Json) -> str:
    """The checksum of a document but for its own, so that an edited or patched file is noticed."""
    rest = {key: value for key, value in document.items() if key != "checksum"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def summary(plan: Plan) -> dict[str, int]:
    """Counts of steps by kind, of refusals and of unmanaged snapshots.

    A rename counts as that alone, and not as the redefines and the delete that it consists of.
    """
    kinds = sum((told_kinds(each.steps) for each in plan.domains), Counter[StepKind]())
    return {
        **{str(name): kinds[name] for name in StepKind},
        "refused": sum(len(each.refusals) for each in plan.domains),
        "unmanaged": sum(len(each.unmanaged) for each in plan.domains),
    }


def parent(action: Action, plan: DomainPlan) -> str | None:
    """The snapshot's parent when the action is taken, where it is known beforehand."""
    if isinstance(action, Create):
        return action.parent
    found = plan.observed.tree.get(action.snapshot)
    return found.parent if found else None


def _domain(plan: DomainPlan) -> Json:
    return {
        "domain": plan.observed.name,
        "uuid": plan.observed.uuid,
        "connect": plan.id.host.uri,
        "host": plan.id.host.server,
        "fingerprint": plan.fingerprint,
        "in_sync": plan.in_sync,
        "atomic": plan.atomic,
        "actions": actions(plan),
        "refusals": [_refusal(each) for each in plan.refusals],
        "unmanaged": list(plan.unmanaged),
        "warnings": list(plan.warnings),
        "unfinished": [_unfinished(each) for each in plan.unfinished],
        "declared": DECLARED.encode(plan.desired),
        "observed": DOMAIN.encode(plan.observed),
    }


def actions(plan: DomainPlan) -> list[Json]:
    """The steps of one domain as JSON data, in order."""
    steps = zip(plan.steps, _renames(plan), strict=True)
    return [{**_action(step, plan), **_part_of(rename)} for step, rename in steps]


def _renames(plan: DomainPlan) -> Iterator[Rename | None]:
    """For each step the rename that it belongs to, if any."""
    for each in told_steps(plan.steps):
        yield from [each.rename] * (each.last - each.first + 1)


def _part_of(rename: Rename | None) -> Json:
    return {} if rename is None else {"rename": {"from": rename.old, "to": rename.new}}


def _action(step: Step, plan: DomainPlan) -> Json:
    return {
        "action": str(step.action.kind),
        "snapshot": step.action.snapshot,
        "parent": parent(step.action, plan),
        "reason": str(step.reason),
        "changes": [_change(change) for change in step.changes],
        "hazards": [str(hazard) for hazard in step.hazards],
        "reversible": step.reversible,
        "calls": [_call(call) for call in calls(step.action)],
    }


def _change(change: Change) -> Json:
    return {"field": change.field, "observed": change.observed, "desired": change.desired}


def _call(call: Call) -> Json:
    shown = {"function": call.function, "flags": list(call.flags)}
    extra = {"xml": call.xml, "note": call.note}
    return {**shown, **{key: value for key, value in extra.items() if value is not None}}


def _refusal(refusal: Refusal) -> Json:
    return {
        "code": str(refusal.code),
        "snapshot": refusal.snapshot,
        "message": refusal.message,
        "remedy": refusal.remedy,
        "ways": [_way(each) for each in refusal.ways],
        "position": None if refusal.position is None else POSITION.encode(refusal.position),
    }


def _way(way: WayOut) -> Json:
    """A remedy as data; what a kind of remedy does not have is left out."""
    more = {"subject": way.subject, "value": way.value, "snapshot": way.snapshot}
    known = {key: value for key, value in more.items() if value}
    names = {"snapshots": list(way.snapshots)} if way.snapshots else {}
    return {"way": str(way.way), "words": way.words, **known, **names}


def _unfinished(unfinished: UnfinishedApply) -> Json:
    return {"journal": unfinished.journal, "step": unfinished.step}
