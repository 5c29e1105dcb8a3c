"""A libvirt server's identity, made from what it says of itself and never from an alias of it."""

import os
import pwd
from contextlib import suppress
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, urlsplit

from reconcile.libvirt.xml.element import parse, text_of
from reconcile.model.identity import HostId

SCOPES = frozenset({"system", "session"})


def host_id(uri: str, said_uri: str, driver: str, hostname: str, capabilities: str) -> HostId:
    """The identity of a host, from what its server answers.

    `uri` is for people; the rest is what `virConnectGetURI`, `virConnectGetType`,
    `virConnectGetHostname` and `virConnectGetCapabilities` return.
    """
    parts, kind = urlsplit(said_uri), driver.lower()
    if kind == "test":  # in this process: it says this machine's name and no UUID
        return HostId(f"test:{_place(parts.path)}", uri)
    found = parse(capabilities)
    scope = _scope(parts.path, privileged=found.find("host/secmodel[model='dac']") is not None)
    whose = f" ({_user(parts)})" if scope == "session" else ""
    return HostId(f"{kind}/{scope}@{hostname}{whose}", uri, text_of(found, "host/uuid") or None)


def _place(path: str) -> str:
    """The test driver's file under its one real name; `/default` is no file."""
    return path if path == "/default" else os.path.realpath(path)


def _scope(path: str, *, privileged: bool) -> str:
    """Whose daemon it is. `remote:///` does not say, but only the system's has the model dac."""
    said = path.strip("/")
    if said:
        return said
    return "system" if privileged else "session"


def _user(parts: SplitResult) -> str:
    """Whose session daemon: the URI's user, the owner of its socket, or whoever runs this."""
    if parts.username:
        return parts.username
    for socket in parse_qs(parts.query).get("socket", []):
        with suppress(OSError):
            return _name(Path(socket).stat().st_uid)
    return _name(os.getuid())


def _name(number: int) -> str:
    """The number itself where no passwd entry has it, as in many containers."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
