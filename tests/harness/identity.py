"""The host and the domain of tests that reach none."""

from reconcile.model.identity import DomainId, HostId

HERE = HostId("qemu/system@here", "qemu:///system")


def web(number: int = 1) -> DomainId:
    """A domain of that host: web01, or another number."""
    return DomainId(HERE, f"00000000-0000-4000-8000-{number:012d}", f"web{number:02}")
