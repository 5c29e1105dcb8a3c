"""A saved plan read back: what was declared, for which domains, and what was reviewed.

A plan is a function of what is declared and what is observed, so a file is applied by planning
again from what it declares, on a host with the same fingerprint, and must give the same actions.
"""

import json
from dataclasses import dataclass
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
    file: str
    digest: str
    domains: tuple[SavedDomain, ...]


def is_plan_file(path: Path) -> bool:
    """Whether a path given to apply is a saved plan rather than a manifest."""
    if path.suffix in {".yaml", ".yml"} or not path.is_file():
        return False
    with path.open("rb") as file:
        return path.suffix == ".json" or file.read(64).lstrip()[:1] == b"{"


def read(path: Path) -> SavedPlan:
    """The saved plan. Raises PlanFileError: unreadable, truncated, edited, another format."""
    document = _document(path)
    version = document.get("format_version")
    if version != FORMAT_VERSION:
        what = f"its format version is {version}; this reconcile reads {FORMAT_VERSION}"
        raise PlanFileError(str(path), what)
    if document.get("checksum") != checksum(document):
        raise PlanFileError(str(path), "it was edited after it was written")
    try:
        domains = tuple(_domain(each) for each in document["domains"])
        return SavedPlan(str(path), document["digest"], domains)
    except (DecodeError, KeyError, TypeError) as error:
        raise PlanFileError(str(path), f"it is not a plan of this reconcile: {error}") from error


def _document(path: Path) -> Json:
    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise PlanFileError(str(path), f"it cannot be read: {error.strerror}") from error
    except ValueError as error:  # both of bad JSON and of bad UTF-8
        raise PlanFileError(str(path), f"it is truncated or no plan at all: {error}") from error
    if not isinstance(document, dict):
        raise PlanFileError(str(path), "it is no plan at all")
    return document


def _domain(each: Json) -> SavedDomain:
    return SavedDomain(
        domain=each["domain"],
        uuid=each["uuid"],
        connect=each["connect"],
        fingerprint=each["fingerprint"],
        declared=value_of(each["declared"], DesiredTree),
        observed=value_of(each["observed"], Domain),
        actions=each["actions"],
    )
