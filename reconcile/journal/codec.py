"""A record as one line of JSON, and back. Secrets are in none of the values that records hold."""

import json
from typing import Any, assert_never

from reconcile.journal.records import Answered, Begun, Ended, Intent, Planned, Record, Settled
from reconcile.model.action import Action, Create, Delete, Redefine, Revert
from reconcile.model.identity import DomainId, HostId
from reconcile.model.plan import Reason, Step
from reconcile.planfile.codec import DecodeError, plain, value_of

Json = dict[str, Any]
_RECORDS = {
    "begun": Begun,
    "intent": Intent,
    "answered": Answered,
    "ended": Ended,
    "settled": Settled,
}
_ACTIONS = {"create": Create, "redefine": Redefine, "delete": Delete, "revert": Revert}


def line(record: Record) -> bytes:
    """The record's line, with its line break."""
    word = type(record).__name__.lower()
    fields = _planned(record) if isinstance(record, Planned) else _fields(record)
    text = json.dumps({"record": word, **fields}, separators=(",", ":"), ensure_ascii=False)
    return text.encode() + b"\n"


def record(data: bytes) -> Record:
    """The record of a line. Raises DecodeError."""
    try:
        fields = json.loads(data)
        word = fields.pop("record")
        if word == "planned":
            return _as_planned(fields)
        if word != "begun":
            fields["domain"] = plain(_domain_id(fields.pop("connect"), fields.pop("uuid")))
        found: Record = value_of(fields, _RECORDS[word])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DecodeError(f"{type(error).__name__}: {error}") from error
    return found


def _fields(record: Record) -> Json:
    if isinstance(record, Begun):
        return dict(plain(record))
    rest = {key: value for key, value in plain(record).items() if key != "domain"}
    return {"uuid": record.domain.uuid, "connect": record.domain.host.uri, **rest}


def _domain_id(connect: str, uuid: str, name: str = "") -> DomainId:
    """This format knows a host by the URI that it was reached by."""
    return DomainId(HostId(connect, connect), uuid, name)


def _planned(record: Planned) -> Json:
    return {
        "domain": record.domain.name,
        "uuid": record.domain.uuid,
        "connect": record.domain.host.uri,
        "capabilities": plain(record.capabilities),
        "declared": plain(record.declared),
        "observed": plain(record.observed),
        "steps": [_step(step) for step in record.steps],
    }


def _as_planned(fields: Json) -> Planned:
    return Planned(
        _domain_id(fields["connect"], fields["uuid"], fields["domain"]),
        **{
            key: value_of(fields[key], kind)
            for key, kind in Planned.__annotations__.items()
            if key not in {"domain", "steps"}
        },
        steps=tuple(map(_as_step, fields["steps"])),
    )


def _step(step: Step) -> Json:
    undo = None if step.inverse is None else _action(step.inverse)
    return {"do": _action(step.action), "undo": undo, "reason": str(step.reason)}


def _as_step(fields: Json) -> Step:
    undo = fields["undo"]
    inverse = None if undo is None else _as_action(undo)
    return Step(_as_action(fields["do"]), Reason(fields["reason"]), inverse=inverse)


def _action(action: Action) -> Json:
    return {"action": str(action.kind), **plain(action)}


def _as_action(fields: Json) -> Action:
    rest = {key: value for key, value in fields.items() if key != "action"}
    found: Action = value_of(rest, _ACTIONS[fields["action"]])
    match found:
        case Create() | Redefine() | Delete() | Revert():
            return found
    assert_never(found)
