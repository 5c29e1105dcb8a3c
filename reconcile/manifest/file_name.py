"""The name of the file for a domain: the domain's own as far as that is safe on any disk."""

import hashlib
import re
from typing import Final

_SAFE: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}\Z")
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST: Final = 60  # characters of the domain's name, where it is not all of it


def stem(domain: str) -> str:
    """A file name without suffix, another one for each name of a domain.

    A name that is changed ends in a part of its SHA-256, so that no two domains get one file.
    """
    if _SAFE.match(domain):
        return domain
    words = _UNSAFE.sub("_", domain)[:_LONGEST].lstrip(".-_")
    code = hashlib.sha256(domain.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{words}-{code}" if words else f"domain-{code}"
