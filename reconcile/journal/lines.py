"""Lines of a journal: records as JSON objects, and the parts that formats 1 and 2 share.

A format's codec adds how it names a domain, and what it says of its plan.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from reconcile.journal.records import (
    Answered,
    Begun,
    Direction,
    DomainRecord,
    Ended,
    Finished,
    Intent,
    Planned,
    Record,
    Settled,
)
from reconcile.model.host import Capabilities
from reconcile.model.identity import DomainId
from reconcile.model.outcome import Status, StepState
from reconcile.model.plan import Reason, Step
from reconcile.planfile.declared import DECLARED
from reconcile.planfile.record import Record as Object
from reconcile.planfile.record import defaulted
from reconcile.planfile.shapes import (
    DecodeError,
    Flag,
    Integer,
    Json,
    ListOf,
    Nullable,
    Pairs,
    Shape,
    Words,
    parsed,
)
from reconcile.planfile.values_v1 import ACTION, DOMAIN, OPTIONAL, TEXT
from reconcile.recovery.call_context import Baseline

Fields = dict[str, Json]


class _Version:
    """libvirt's version: three numbers."""

    def encode(self, value: tuple[int, int, int]) -> Json:
        return list(value)

    def decode(self, data: Json) -> tuple[int, int, int]:
        match ListOf(Integer(least=0)).decode(data):
            case (major, minor, micro):
                return major, minor, micro
        raise DecodeError("is no version of three numbers")

    def listing(self) -> str:
        return "three integers >= 0"


class _Step:
    """A step: its action, what undoes it, and why it is taken."""

    def encode(self, value: Step) -> Json:
        undo = _UNDO.encode(value.inverse)
        return {"do": ACTION.encode(value.action), "undo": undo, "reason": str(value.reason)}

    def decode(self, data: Json) -> Step:
        found = _STEP.decode(data)
        return Step(found["do"], found["reason"], inverse=found["undo"])

    def listing(self) -> str:
        return "step"


_UNDO = Nullable(ACTION)
_STEP: Object[Any] = Object(dict, {"do": ACTION, "undo": _UNDO, "reason": Words(Reason)})
STEP = _Step()
CAPABILITIES = Object(
    Capabilities, {"driver": TEXT, "libvirt": _Version(), "external_revert": Flag()}
)
PLANNED: Object[Any] = Object(
    dict,
    {
        "capabilities": CAPABILITIES,
        "declared": DECLARED,
        "observed": DOMAIN,
        "steps": ListOf(STEP),
    },
)
NUMBER = Integer(least=0)
BEGUN = Object(
    Begun,
    {
        "format": Integer(),
        "tool": TEXT,
        "started": TEXT,
        "pid": Integer(),
        "host": TEXT,
        "user": TEXT,
        "plan": OPTIONAL,
    },
)
BASELINE = Object(
    Baseline,
    {
        "paths": defaulted(Pairs(Nullable(TEXT)), ()),
        "process": defaulted(Nullable(Integer()), None),
        "written": defaulted(Pairs(Integer()), ()),
        "beside": defaulted(ListOf(TEXT), ()),
        "identities": defaulted(Pairs(TEXT), ()),
    },
)
_CALL: Mapping[str, Shape[Any]] = {"step": NUMBER, "way": Words(Direction)}
_NOTES = defaulted(ListOf(TEXT), ())
INTENT: Object[Any] = Object(
    dict, {**_CALL, "seen": defaulted(BASELINE, Baseline()), "saved": OPTIONAL}
)
ANSWERED: Object[Any] = Object(dict, _CALL)
ENDED: Object[Any] = Object(
    dict, {**_CALL, "state": Words(StepState), "position": NUMBER, "notes": _NOTES}
)
SETTLED: Object[Any] = Object(dict, {"status": Words(Status), "notes": _NOTES})


class Codec(Protocol):
    """One format of journals: writes a record as a line of JSON, and reads a line back."""

    def line(self, record: Record) -> bytes:
        """A record as a line of JSON in UTF-8, with its line break."""

    def record(self, data: bytes) -> Record:
        """The record that a line holds. Raises DecodeError."""


@dataclass(frozen=True, slots=True)
class LineCodec:
    """A codec made of what formats differ in: how a domain is named, and what a plan holds.

    `domain_of` and `as_planned` remove the fields that they read from those of the line.
    """

    address: Callable[[DomainId], Fields]
    domain_of: Callable[[Fields], DomainId]
    planned: Callable[[Planned], Fields]
    as_planned: Callable[[Fields], Planned]

    def line(self, record: Record) -> bytes:
        """A record as a line of JSON in UTF-8, with its line break."""
        text = json.dumps(self._fields(record), separators=(",", ":"), ensure_ascii=False)
        return text.encode() + b"\n"

    def _fields(self, record: Record) -> Fields:
        match record:
            case Begun():
                return {"record": "begun", **BEGUN.encode(record)}
            case Planned():
                return {"record": "planned", **self.planned(record)}
            case Finished():
                return {"record": "finished"}
            case _:
                word, shape = _FOLLOWING[type(record)]
                return {"record": word, **self.address(record.domain), **shape.encode(record)}

    def record(self, data: bytes) -> Record:
        """The record that a line holds. Raises DecodeError."""
        fields = parsed(data)
        match fields.pop("record", None):
            case "begun":
                return BEGUN.decode(fields)
            case "planned":
                return self.as_planned(fields)
            case "finished":
                return Object(Finished, {}).decode(fields)
            case str(word) if word in _WORDS:
                kind, shape = _WORDS[word]
                domain = self.domain_of(fields)
                return kind(domain, **shape.decode(fields))
            case _:
                raise DecodeError("is no record of a journal")


_FOLLOWING: Mapping[type[DomainRecord], tuple[str, Object[Any]]] = {
    Intent: ("intent", INTENT),
    Answered: ("answered", ANSWERED),
    Ended: ("ended", ENDED),
    Settled: ("settled", SETTLED),
}
_WORDS = {word: (kind, shape) for kind, (word, shape) in _FOLLOWING.items()}


def taken(fields: Fields, key: str) -> Json:
    """The value of a key, which is removed from the fields. Raises DecodeError without it."""
    if key not in fields:
        raise DecodeError(f"lacks the key {key!r}")
    return fields.pop(key)
