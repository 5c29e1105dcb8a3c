"""Networks and devices that a definition needs: whether the host has them."""

from collections.abc import Iterable, Mapping

from reconcile.libvirt.connection import Connection
from reconcile.model.definition import Need
from reconcile.model.fact import Fact
from reconcile.model.frozen import FrozenMapping


def observe_resources(
    host: Connection, asked: Iterable[tuple[Need, str]]
) -> Mapping[tuple[Need, str], Fact]:
    """Whether each network is active and each device there. Raises HostError."""
    return FrozenMapping({(need, name): _present(host, need, name) for need, name in asked})


def _present(host: Connection, need: Need, name: str) -> Fact:
    if need is Need.NETWORK:
        return host.network_is_active(name)
    return host.has_device(name)
