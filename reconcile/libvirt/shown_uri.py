"""A connection URI as people, plans and journals may see it."""

import re

_USER = re.compile(r"//([^/?#:]*):[^/?#]*@")
_PARAMETER = re.compile(r"([?&;]password=)[^&;#]*", re.IGNORECASE)


def shown(uri: str | None) -> str:
    """The URI without a password, which may stand beside the user or among the parameters.

    None is libvirt's default host.
    """
    if uri is None:
        return "libvirt's default host"
    return _PARAMETER.sub(r"\1…", _USER.sub(r"//\1@", uri))
