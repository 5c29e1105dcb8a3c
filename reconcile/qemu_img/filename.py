"""Names of images as QEMU takes them: a path, `PROTOCOL:REST`, or `json:` with a node's options.

An image names the image below and the file with its data that way. Only what is certainly a file of
the host is told as one: a network server, a folder or a set of images may hold any file's data.
"""

import json
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

_FILE_DRIVERS = frozenset({"file", "host_device", "host_cdrom"})
_FORMATS = frozenset(
    {"raw", "qcow2", "qcow", "qed", "vdi", "vhdx", "vpc", "vmdk", "parallels", "luks"}
)
_SETTINGS = frozenset({"cache", "encrypt"})
_OTHER_IMAGES = frozenset({"backing", "data-file"})
Options = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ImageFile:
    """A file of the host, and the format of the image in it where that is known."""

    path: str
    format: str | None = None


def image_file(name: str, form: str | None, image: str) -> ImageFile | None:
    """The file that an image names; None where it names anything else, or nobody can know.

    `form` is the format that goes with the name, `image` the path of the image that names it: a
    relative path begins in its folder (libvirt 11.3.0, 12.8.0 and QEMU; 9.0.0 refuses such a data
    file). Behind a protocol a relative path would begin where QEMU was started.
    """
    protocol, found, rest = name.partition(":")
    if not found or "/" in protocol:
        return ImageFile(str(PurePosixPath(image).parent / name), form) if name else None
    if protocol == "json":
        return _described(rest, form)
    return _absolute(rest, form) if protocol in _FILE_DRIVERS else None


def _absolute(path: object, form: str | None) -> ImageFile | None:
    is_absolute = isinstance(path, str) and path.startswith("/")
    return ImageFile(str(path), form) if is_absolute else None


def _described(text: str, form: str | None) -> ImageFile | None:
    try:
        options = json.loads(text)
        return _node(_nested(options), form) if isinstance(options, dict) else None
    except (ValueError, TypeError, RecursionError):
        return None


def _nested(options: Options) -> Options:
    """The options with `file.filename` as `filename` of `file`. Raises ValueError, TypeError."""
    found: Options = {}
    for key, value in options.items():
        outer, dotted, inner = key.partition(".")
        if dotted:
            found.setdefault(outer, {})[inner] = value
        elif outer in found:
            raise ValueError(key)
        else:
            found[outer] = value
    return {k: _nested(each) if isinstance(each, dict) else each for k, each in found.items()}


def _node(options: Options, form: str | None) -> ImageFile | None:
    """A file, or an image of a format in a file; nothing that is made of several images."""
    driver = options.get("driver")
    if driver in _FILE_DRIVERS:
        return _absolute(options.get("filename"), form)
    nodes = {key for key, each in options.items() if isinstance(each, dict | list)} - _SETTINGS
    if (driver and driver not in _FORMATS) or nodes != {"file"} or _OTHER_IMAGES & options.keys():
        return None
    return _storage(options["file"], driver or form)


def _storage(options: object, form: str | None) -> ImageFile | None:
    if not isinstance(options, dict) or options.get("driver", "file") not in _FILE_DRIVERS:
        return None
    return _absolute(options.get("filename"), form)
