"""What a definition needs beside files: whether the host has it."""

from collections.abc import Iterable, Mapping

from reconcile.libvirt.connection import Connection
from reconcile.libvirt.resources import HostResources
from reconcile.model.definition import Requirement
from reconcile.model.fact import Fact
from reconcile.model.frozen import FrozenMapping


def observe_resources(host: Connection, asked: Iterable[Requirement]) -> Mapping[Requirement, Fact]:
    """Whether the host has each of what is no file. Raises HostError."""
    resources = HostResources(host)
    return FrozenMapping({needed: resources.has(needed) for needed in asked})
