"""A saved plan read back: what was declared, for which domains, and what was reviewed.

A plan is a function of what is declared and what is observed, so a file is applied by planning
again from what it declares, on a host with the same fingerprint, and must give the same actions.
"""

import json
from dataclasses import dataclass, fields
from pathlib import Path

from reconcile.errors import PlanFileError
from reconcile.model.desired import DesiredTree
from reconcile.model.domain import Domain
from reconcile.planfile.codec import DecodeError, value_of
from reconcile.planfile.encode import FORMAT_VERSION, Json, checksum


@dataclass(frozen=True, slots=True)
class SavedDomain:
    """One domain of a saved plan: what it was made from, and the actions as they were shown."""

    domain: str
    uuid: str
    connect: str
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
    """The saved plan. Raises PlanFileError: unreadable, truncated, edited, another format."""
    document = _document(path)
    version = document.get("format_version")
    if version != FORMAT_VERSION:
        what = f"its format version is {version!r}; this reconcile reads {FORMAT_VERSION!r}"
        raise PlanFileError(str(path), what)
    if document.get("checksum") != checksum(document):
        raise PlanFileError(str(path), "it was edited after it was written")
    try:
        domains = tuple(map(_domain, document["domains"]))
        return SavedPlan(str(path), str(document["id"]), str(document["digest"]), domains)
    except (DecodeError, KeyError, TypeError) as error:
        what = (
            f"it was made by reconcile {document.get('tool_version')}, which this one cannot read"
        )
        raise PlanFileError(str(path), what) from error


def _document(path: Path) -> Json:
    text = _text(path)
    if not text.strip():
        raise PlanFileError(str(path), "it is empty")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PlanFileError(str(path), f"it is truncated or no plan at all: {error}") from error
    if not isinstance(document, dict):
        raise PlanFileError(str(path), "it is no plan at all")
    return document


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise PlanFileError(str(path), f"it cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise PlanFileError(str(path), "it is no plan at all: it is not UTF-8 text") from error


def _domain(each: Json) -> SavedDomain:
    """Only the keys that applying needs; the rest of the document is for its readers."""
    return value_of({field.name: each[field.name] for field in fields(SavedDomain)}, SavedDomain)
