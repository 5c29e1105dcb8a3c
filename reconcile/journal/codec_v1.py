"""Journals of format 1, as version 0.1 wrote them.

A host is known by the URI that it was reached by, and what a step leads to is not written. Such a
journal is read, and goes on in its own format where it is resumed or rolled back.
"""

from reconcile.journal.lines import PLANNED, Fields, LineCodec, taken
from reconcile.journal.records import Planned
from reconcile.model.identity import DomainId, HostId
from reconcile.planfile.values_v1 import NAME, TEXT, UUID


def _address(domain: DomainId) -> Fields:
    return {"uuid": domain.uuid, "connect": domain.host.uri}


def _domain_of(fields: Fields) -> DomainId:
    """By the URI in place of the server, which a line of this format does not say."""
    uuid, uri = UUID.decode(taken(fields, "uuid")), TEXT.decode(taken(fields, "connect"))
    return DomainId(HostId(uri, uri), uuid, "")


def _planned(planned: Planned) -> Fields:
    domain = planned.domain
    return {"domain": domain.name, **_address(domain), **PLANNED.encode(planned)}


def _as_planned(fields: Fields) -> Planned:
    name, found = NAME.decode(taken(fields, "domain")), _domain_of(fields)
    return Planned(DomainId(found.host, found.uuid, name), **PLANNED.decode(fields))


CODEC = LineCodec(_address, _domain_of, _planned, _as_planned)
