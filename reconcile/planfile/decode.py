"""Saved plans read back: what was declared, for which domains, and what was reviewed.

A plan is a function of what is declared and what is observed, so a file is applied by planning
again from what it declares, on a host with the same fingerprint, and must give the same actions.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reconcile.errors import PlanFileError
from reconcile.files.regular_file import NotRegularError, read_regular
from reconcile.model.desired import DesiredTree
from reconcile.model.domain import Domain
from reconcile.model.identity import DomainId, HostId
from reconcile.planfile.declared import DECLARED
from reconcile.planfile.encode import FORMAT_VERSION, checksum
from reconcile.planfile.shapes import (
    LONGEST,
    DecodeError,
    Json,
    Text,
    as_list,
    as_object,
    parsed,
    value_at,
)
from reconcile.planfile.values_v1 import DOMAIN, HASH, NAME, TEXT, UUID

ID = Text(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class SavedDomain:
    """One domain of a saved plan: what it was made from, and the actions as they were shown.

    `id` is the domain as the plan knows it. A plan that an earlier version made says only by which
    URI its host was reached: then `id.host.server` is that URI.
    """

    id: DomainId
    fingerprint: str
    declared: DesiredTree
    observed: Domain
    actions: list[Json]


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A plan file's content; `file` is its path, for messages, `id` names this very plan."""

    file: str
    id: str
    digest: str
    domains: tuple[SavedDomain, ...]


def read(path: Path) -> SavedPlan:
    """Read a saved plan from its file.

    Raises PlanFileError: unreadable, truncated, edited, another format.
    """
    return plan_in(str(path), checked_document(path))


def checked_document(path: Path) -> dict[str, Json]:
    """The JSON object in a plan file of this format, unaltered. Raises PlanFileError."""
    document = _document(path)
    version = document.get("format_version")
    if version != FORMAT_VERSION:
        what = f"its format version is {version!r}; this reconcile reads {FORMAT_VERSION!r}"
        raise PlanFileError(str(path), what)
    if document.get("checksum") != checksum(document):
        raise PlanFileError(str(path), "it was edited after it was written")
    return document


def plan_in(file: str, document: dict[str, Json]) -> SavedPlan:
    """The saved plan in a checked document; `file` is for messages. Raises PlanFileError."""
    try:
        return _plan(file, document)
    except DecodeError as error:
        tool = document.get("tool_version")
        made = f"it was made by reconcile {tool}, which this one cannot read"
        raise PlanFileError(file, f"{made}: {error}") from error


def _document(path: Path) -> dict[str, Json]:
    data = _read(path)
    if not data.strip():
        raise PlanFileError(str(path), "it is empty")
    try:
        return parsed(data)
    except DecodeError as error:
        raise PlanFileError(str(path), f"it is truncated or no plan at all: {error}") from error


def _read(path: Path) -> bytes:
    try:
        return read_regular(path, LONGEST + 1)
    except NotRegularError as error:
        raise PlanFileError(str(path), f"it {error}") from error
    except OSError as error:
        raise PlanFileError(str(path), f"it cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise PlanFileError(str(path), f"it cannot be read: {error}") from error


def _plan(file: str, document: dict[str, Json]) -> SavedPlan:
    """Only the keys that applying needs; the rest of the document is for its readers."""
    domains = tuple(_domains(as_list(document.get("domains"))))
    if len({each.id for each in domains}) < len(domains):
        raise DecodeError("it holds a domain twice")
    return SavedPlan(
        file, value_at(document, "id", ID), value_at(document, "digest", HASH), domains
    )


def _domains(data: list[Json]) -> Iterator[SavedDomain]:
    for number, each in enumerate(data):
        try:
            yield _domain(as_object(each))
        except DecodeError as error:
            raise error.below(number).below("domains") from error


def _domain(given: dict[str, Json]) -> SavedDomain:
    uri = value_at(given, "connect", TEXT)
    server = value_at(given, "host", NAME) if "host" in given else uri
    uuid, name = value_at(given, "uuid", UUID), value_at(given, "domain", NAME)
    return SavedDomain(
        DomainId(HostId(server, uri), uuid, name),
        value_at(given, "fingerprint", HASH),
        value_at(given, "declared", DECLARED),
        value_at(given, "observed", DOMAIN),
        [as_object(each) for each in as_list(given.get("actions"))],
    )
