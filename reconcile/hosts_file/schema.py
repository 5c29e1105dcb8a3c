"""The JSON Schema of hosts files: what it expects where, and what it forbids."""

from functools import cache

from reconcile.manifest import schema
from reconcile.manifest.fast_validator import Check, compile_check
from reconcile.manifest.scalar_types import ExpectedTypes, expected_types
from reconcile.manifest.schema import Violation


@cache
def _whole() -> schema.Schema:
    return schema.without_references(schema.packaged("hosts-v1"))


@cache
def _check() -> Check:
    return compile_check(_whole())


@cache
def types() -> ExpectedTypes:
    """What a hosts file expects, for its scalars."""
    return expected_types(_whole())


def violations(data: object) -> tuple[Violation, ...]:
    """What the schema forbids in a hosts file."""
    return schema.violations(_whole(), _check(), data)
