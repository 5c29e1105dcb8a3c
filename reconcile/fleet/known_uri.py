"""The check of URIs in plan files and journals: what a file says may not start a program."""

import os

from reconcile.errors import UnknownUriError
from reconcile.model.connect_uri import unsafe_reason

DEFAULT = "LIBVIRT_DEFAULT_URI"


def require_known(uri: str, given: str | None) -> None:
    """Raise UnknownUriError for a URI that no file may have opened, unless the user names one, too.

    `given` is the URI of the command line, which is then the one that is opened.
    """
    if given is not None or os.environ.get(DEFAULT) == uri:
        return
    why = unsafe_reason(uri)
    if why is not None:
        raise UnknownUriError(uri, why)
