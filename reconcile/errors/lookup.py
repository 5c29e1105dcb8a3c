"""Errors of what is looked up by a name: the page of a code, a schema."""

from collections.abc import Collection
from difflib import get_close_matches

from reconcile.errors.base import UsageError


class UnknownCodeError(UsageError):
    """No page explains a code that `explain` was given."""

    def __init__(self, code: str, known: frozenset[str]) -> None:
        super().__init__(
            f"no refusal, hazard or finding has the code `{code}`",
            _meant(code, known) or "`reconcile explain` lists them all",
        )
        self.code = code


class UnknownSchemaError(UsageError):
    """This version of the tool has no JSON Schema of the name that `schema` was given."""

    def __init__(self, name: str, known: frozenset[str]) -> None:
        super().__init__(
            f"there is no schema `{name}`",
            _meant(name, known) or f"there are: {', '.join(sorted(known))}",
        )
        self.name = name


def _meant(name: str, known: Collection[str]) -> str | None:
    close = get_close_matches(name, sorted(known), n=1)
    return f"did you mean `{close[0]}`?" if close else None
