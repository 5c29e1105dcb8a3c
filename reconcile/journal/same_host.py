"""Whether an unfinished domain of a journal is the one that is about to be changed.

Where that cannot be known, the two count as one domain: the journal is settled first, which harms
nothing.
"""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from reconcile.journal.records import Begun
from reconcile.model.identity import DomainId, HostId

_THIS_MACHINE = frozenset({"", "localhost", "127.0.0.1", "::1"})


def is_same(planned: DomainId, begun: Begun, domain: DomainId) -> bool:
    """Whether `planned`, of a journal that begins with `begun`, is or may be `domain`.

    The host's UUID proves one host where its name has changed since. It proves no other: without a
    DMI UUID libvirtd makes a new one whenever it starts (libvirt 9.0.0, 11.3.0, 12.8.0).
    """
    if planned.uuid != domain.uuid:
        return False
    if begun.format == 1:
        return _may_be(planned.host.uri, begun.host, domain.host)
    uuids = planned.host.uuid, domain.host.uuid
    return planned.host.server == domain.host.server or (None not in uuids and len({*uuids}) == 1)


def _may_be(uri: str, machine: str, host: HostId) -> bool:
    """Whether a URI of format 1, used on this machine, may have led to the host."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return True
    driver = parts.scheme.partition("+")[0]
    if driver not in {"", "remote"} and not re.match(rf"{re.escape(driver)}\b", host.server):
        return False
    if "socket=" in parts.query or not parts.scheme:  # forwarded from anywhere, or an alias
        return True
    name = parts.hostname or ""
    name = machine if name in _THIS_MACHINE else name
    names = {_short(each) for each in _names(host)}
    return _is_number(name) or bool(names & {_short(name), ""})


def _names(host: HostId) -> tuple[str, str]:
    """The server's own name, and the one that it was reached by."""
    own = host.server.partition("@")[2].partition(" ")[0]
    return own, urlsplit(host.uri).hostname or own


def _is_number(name: str) -> bool:
    try:
        ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return True


def _short(name: str) -> str:
    return name.partition(".")[0].lower()
