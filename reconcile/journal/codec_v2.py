"""Journals of format 2, which this version writes.

A host is known by what its server says, and each step says what it leads to, as what it changes in
the domain before it: a version with other rules can finish or undo what this one began.
"""

from dataclasses import replace
from typing import Any

from reconcile.journal.lines import PLANNED, Fields, LineCodec, taken
from reconcile.journal.records import Planned
from reconcile.model.domain import Domain
from reconcile.model.identity import DomainId, HostId
from reconcile.model.tree import Tree
from reconcile.planfile.record import Record as Object
from reconcile.planfile.record import defaulted
from reconcile.planfile.shapes import DecodeError, Json, ListOf, Nullable, as_list, as_object
from reconcile.planfile.values_v1 import DOMAIN, NAME, OPTIONAL, SNAPSHOT, TEXT, UUID

_HOST = Object(HostId, {"server": NAME, "uri": TEXT, "uuid": OPTIONAL})
_KEPT = frozenset({"name", "uuid", "tree"})  # of a domain: what no step changes, or not as a whole
_TREE: Object[Any] = Object(
    dict,
    {
        "put": defaulted(ListOf(SNAPSHOT), ()),
        "drop": defaulted(ListOf(TEXT), ()),
        "current": Nullable(TEXT),
    },
)


def _address(domain: DomainId) -> Fields:
    return {"server": domain.host.server, "uuid": domain.uuid}


def _domain_of(fields: Fields) -> DomainId:
    server, uuid = NAME.decode(taken(fields, "server")), UUID.decode(taken(fields, "uuid"))
    return DomainId(HostId(server, ""), uuid, "")


def _planned(planned: Planned) -> Fields:
    domain, rest = planned.domain, PLANNED.encode(planned)
    states = (planned.observed, *planned.expected)
    for step, before, after in zip(rest["steps"], states[:-1], states[1:], strict=True):
        step["leads_to"] = _difference(before, after)
    address = {"domain": domain.name, "uuid": domain.uuid, "host": _HOST.encode(domain.host)}
    return {**address, **rest}


def _as_planned(fields: Fields) -> Planned:
    name, uuid = NAME.decode(taken(fields, "domain")), UUID.decode(taken(fields, "uuid"))
    host = _HOST.decode(taken(fields, "host"))
    effects = [taken(as_object(step), "leads_to") for step in as_list(fields.get("steps"))]
    planned = Planned(DomainId(host, uuid, name), **PLANNED.decode(fields))
    states = [planned.observed]
    for number, effect in enumerate(effects):
        try:
            states.append(_changed(states[-1], effect))
        except DecodeError as error:
            raise error.below(number).below("steps") from error
    return replace(planned, expected=tuple(states[1:]))


def _difference(before: Domain, after: Domain) -> Fields:
    """What changes in the domain: its own keys, and its tree."""
    put = tuple(each for each in after.tree if before.tree.get(each.name) != each)
    drop = tuple(each.name for each in before.tree if each.name not in after.tree)
    tree = {"put": [SNAPSHOT.encode(each) for each in put], "drop": list(drop)}
    shown = {key: value for key, value in tree.items() if value}
    return {
        **DOMAIN.difference(before, after, without=_KEPT),
        "tree": {**shown, "current": after.tree.current},
    }


def _changed(before: Domain, data: Json) -> Domain:
    """The domain after what `_difference` wrote. Raises DecodeError."""
    fields = dict(as_object(data))
    found = _TREE.decode(taken(fields, "tree"))
    rest = {name: each for name, each in before.tree.snapshots.items() if name not in found["drop"]}
    tree = Tree(rest, found["current"]).put(*found["put"])
    return replace(DOMAIN.changed(before, fields, without=_KEPT), tree=tree)


CODEC = LineCodec(_address, _domain_of, _planned, _as_planned)
