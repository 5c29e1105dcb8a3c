"""Which host is opened for a plan file or journal: what a file says may not start a program."""

import os

from reconcile.errors import UnknownUriError, UnlistedUriError
from reconcile.fleet.access import HostAccess
from reconcile.libvirt.shown_uri import shown
from reconcile.model.connect_uri import unsafe_reason
from reconcile.model.hosts import DeclaredHost, HostsFile

DEFAULT = "LIBVIRT_DEFAULT_URI"


def known_host(uri: str, access: HostAccess) -> DeclaredHost:
    """The host that is opened for a file that says this URI: the one that --connect names if any.

    With a trusted hosts file, the one there that has this URI.
    Raises UnknownUriError for what a file must not have opened, and UnlistedHostError.
    """
    bound = access.bound
    if bound is not None:
        return bound
    if access.hosts is not None:
        return _listed(uri, access.hosts)
    why = None if os.environ.get(DEFAULT) == uri else unsafe_reason(uri)
    if why is not None:
        raise UnknownUriError(shown(uri), why)
    return DeclaredHost(uri)


def _listed(uri: str, hosts: HostsFile) -> DeclaredHost:
    """Plan files and journals hold URIs without their passwords."""
    found = (each for each in hosts.hosts.values() if uri in {each.uri, shown(each.uri)})
    host = next(found, None)
    if host is None:
        raise UnlistedUriError(shown(uri), hosts.file)
    return host
