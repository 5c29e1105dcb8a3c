"""Texts that the installed package holds: the pages of codes, and JSON Schemas."""

from importlib.resources import files
from importlib.resources.abc import Traversable

from reconcile.errors import UnknownSchemaError
from reconcile.views.page import PageView, pages

SUFFIX = ".schema.json"
_PAGES = {"refusals.md": "refusal", "hazards.md": "hazard", "findings.md": "finding"}


def all_pages() -> tuple[PageView, ...]:
    """Every page of every code, in the order of the documents."""
    folder = files("reconcile") / "docs"
    found = ((kind, folder / name) for name, kind in _PAGES.items())
    there = ((kind, file.read_text("utf-8")) for kind, file in found if file.is_file())
    return tuple(page for kind, text in there for page in pages(kind, text))


def schema_names() -> tuple[str, ...]:
    """The names of all schemas, e.g. `plan-v1`, sorted."""
    return tuple(sorted(_schemas()))


def schema_text(name: str) -> str:
    """The schema of this name; without a version the latest one. Raises UnknownSchemaError."""
    known = _schemas()
    asked = name.removesuffix(SUFFIX)
    versions = sorted(each for each in known if each.rpartition("-v")[0] == asked)
    found = asked if asked in known else next(iter(reversed(versions)), None)
    if found is None:
        raise UnknownSchemaError(name, frozenset(known))
    return known[found].read_text("utf-8")


def _schemas() -> dict[str, Traversable]:
    folder = files("reconcile") / "schemas"
    return {
        file.name.removesuffix(SUFFIX): file
        for file in folder.iterdir()
        if file.name.endswith(SUFFIX)
    }
