"""Changes that a revert makes to the domain's definition, beside its disks' images (trap 10)."""

from collections.abc import Iterator

from reconcile.model.definition import Definition
from reconcile.model.plan import Change

UNREAD = Definition()


def definition_changes(now: Definition, then: Definition) -> tuple[Change, ...]:
    """The values of the definition that the one embedded in a snapshot would replace."""
    if UNREAD in {now, then}:
        return ()
    return tuple(_changes(now, then))


def _changes(now: Definition, then: Definition) -> Iterator[Change]:
    if now.memory != then.memory:
        yield Change("definition.memory", f"{now.memory} KiB", f"{then.memory} KiB")
    if now.vcpus != then.vcpus:
        yield Change("definition.vcpus", str(now.vcpus), str(then.vcpus))
    if now.machine != then.machine:
        yield Change("definition.machine", now.machine, then.machine)
    yield from _listed("definition.disks", now.disks, then.disks)
    yield from _listed("definition.interfaces", now.interfaces, then.interfaces)


def _listed(field: str, now: tuple[str, ...], then: tuple[str, ...]) -> Iterator[Change]:
    """What is attached since and would vanish, then what is detached since and would come back."""
    yield from (Change(f"{field}.{each}", "attached", None) for each in now if each not in then)
    yield from (Change(f"{field}.{each}", None, "attached") for each in then if each not in now)
