"""What a schema cannot say of a hosts file: URIs that start programs, and groups of nobody.

Every check works on data that may be invalid otherwise, so that one run tells everything.
"""

from collections.abc import Collection, Iterable, Iterator
from fnmatch import fnmatchcase

from reconcile.errors import Problem
from reconcile.manifest.messages import suggest
from reconcile.manifest.nodes import Node, PathPart, find, key_path, position, quoted
from reconcile.model.connect_uri import unsafe_reason

Finding = tuple[tuple[PathPart, ...], str, str]
"""The path to what is wrong, a message and a remedy."""


def check(node: Node, file: str, data: object, *, trusted: bool) -> Iterator[Problem]:
    """Every problem of the hosts and groups, in no particular order."""
    hosts, groups = _mapping(data, "hosts"), _mapping(data, "groups")
    found = [] if trusted else [*_uris(hosts)]
    found += _groups(groups, hosts)
    for path, message, remedy in found:
        yield Problem(position(find(node, path), file), key_path("", path), message, remedy)


def members(globs: Iterable[str], hosts: Iterable[str]) -> tuple[str, ...]:
    """The hosts of a group, in the order of the hosts file."""
    wanted = tuple(globs)
    return tuple(name for name in hosts if any(fnmatchcase(name, glob) for glob in wanted))


def _mapping(data: object, key: str) -> dict[str, object]:
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, dict) else {}


def _uris(hosts: dict[str, object]) -> Iterator[Finding]:
    for name, host in hosts.items():
        inner = isinstance(host, dict)
        uri = host.get("uri") if isinstance(host, dict) else host
        reason = unsafe_reason(uri) if isinstance(uri, str) and uri else None
        if reason is not None:
            path = ("hosts", name, "uri") if inner else ("hosts", name)
            message = f"names a host in a way that a file beside the manifests may not: {reason}"
            yield path, message, "pass a hosts file that only you can write by --hosts"


def _groups(groups: dict[str, object], hosts: Collection[str]) -> Iterator[Finding]:
    for name, globs in groups.items():
        if name in hosts:
            message = f"{quoted(name)} is the name of a host, too"
            yield ("groups", name), message, "give the group another name"
        for index, glob in enumerate(globs if isinstance(globs, list) else ()):
            if isinstance(glob, str) and glob and not members((glob,), hosts):
                yield ("groups", name, index), _nobody(glob), _meant(glob, hosts)


def _nobody(glob: str) -> str:
    return f"{quoted(glob)} matches no host of this file"


def _meant(glob: str, hosts: Collection[str]) -> str:
    meant = suggest(glob, hosts)
    return f"did you mean {quoted(meant)}?" if meant else "name a host under `hosts`, or correct it"
