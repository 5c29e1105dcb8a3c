"""Connection URIs that may be opened on the word of a file that others may have written. Pure.

A URI is power over the process that opens it. libvirt's transport `ext` and its parameter
`command` start any program, `netcat` and `proxy` one on the other side; `test:///FILE`, `keyfile`,
`pkipath` and `known_hosts` read files of this machine; `no_verify`, `sshauth` and `tls_priority`
weaken what protects a connection; `name` has the other side open a URI; `qemu:///embed` runs QEMU
within the process (libvirt's uri.html and drvqemu.html, 12.8). Releases add more. So this is a
list of what is allowed, in the one plain spelling of it: no capitals where libvirt ignores case,
no percent escapes, no `;`, nothing twice, so that libvirt cannot read something else in it.

Drivers: `qemu`, whose rules the planner knows, and `test`, libvirt's own simulation. For the
others no plan would be right.
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

_PATHS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"qemu": ("/system", "/session"), "test": ("/default",)}
)
_TRANSPORTS = ("unix", "ssh", "libssh", "libssh2", "tls", "tcp")
_PARAMETERS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        # No component `..`, and nothing that a shell on the other side could take for syntax.
        "socket": re.compile(r"(?:/(?!\.\.?(?:/|\Z))[A-Za-z0-9._-]+)+"),
        "mode": re.compile(r"auto|direct|legacy"),
        "no_tty": re.compile(r"[01]"),
    }
)
_LENGTH_LIMIT = 1024

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}")
_URI = re.compile(
    r"(?P<driver>[^:+/?]*)(?:\+(?P<transport>[^:/?]*))?:(?://(?P<server>[^/?]*))?"
    r"(?P<path>[^?]*)(?:\?(?P<query>.*))?",
    re.DOTALL,
)
_SERVER = re.compile(
    r"(?:[A-Za-z0-9_][A-Za-z0-9._-]*@)?"  # neither starts with `-`, which ssh takes for an option
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])"
    r"(?::[0-9]{1,5})?"
)


def unsafe_reason(uri: str) -> str | None:
    """The reason why a URI must not be opened on the word of a file; None where there is none.

    A bare name is allowed: who runs the tool says what it stands for, in a hosts file or in
    libvirt's `uri_aliases`. A reason quotes nothing of the URI.
    """
    if len(uri) > _LENGTH_LIMIT:
        return f"it is longer than {_LENGTH_LIMIT:,} characters"
    if _NAME.fullmatch(uri):
        return None
    parts = _URI.fullmatch(uri)
    if parts is None:
        return "it is neither a URI nor a plain name"
    return next(_reasons(parts), None)


def _reasons(parts: re.Match[str]) -> Iterator[str]:
    driver, transport, server = parts["driver"], parts["transport"], parts["server"]
    paths = _PATHS.get(driver, ())
    if not paths:
        yield f"its driver is not one of: {', '.join(_PATHS)}"
    if transport is not None and transport not in _TRANSPORTS:
        yield f"its transport is not one of: {', '.join(_TRANSPORTS)}"
    if server and not _SERVER.fullmatch(server):
        yield "its server is not written as [USER@]HOST[:PORT] with plain letters"
    if server and transport == "unix":
        yield "it names a server, but transport unix stays on this machine"
    if parts["path"] not in paths:
        yield f"its path is not {' or '.join(paths)}"
    if parts["query"] is not None:
        yield from _bad_parameters(parts["query"])


def _bad_parameters(query: str) -> Iterator[str]:
    seen: set[str] = set()
    for parameter in query.split("&"):
        key, _, value = parameter.partition("=")
        allowed = _PARAMETERS.get(key)
        if allowed is None:
            yield f"it has a parameter that is not one of: {', '.join(_PARAMETERS)}"
        elif key in seen:
            yield f"it has the parameter {key} twice"
        elif not allowed.fullmatch(value):
            yield f"its parameter {key} has a value that is not allowed"
        seen.add(key)
