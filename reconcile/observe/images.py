"""The internal snapshots in an image, by QEMU's own tool: libvirt lists only those it knows."""

import json
import subprocess
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from reconcile.host.connection import Connection

SECONDS = 30  # reading a header takes milliseconds; a dead network mount takes forever


def observe_tags(host: Connection, images: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Tags by image, for images of this machine that can be read; others are left out."""
    if not host.local:
        return MappingProxyType({})
    found = ((image, _tags(image)) for image in images)
    return MappingProxyType({image: tags for image, tags in found if tags is not None})


def _tags(image: str) -> tuple[str, ...] | None:
    """None where nothing can be said: no qemu-img, no permission, no such file."""
    command = ("qemu-img", "info", "--force-share", "--output=json", "--", image)
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program, and a path behind "--"
            command, capture_output=True, timeout=SECONDS, check=True
        )
        snapshots = json.loads(done.stdout).get("snapshots", [])
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return tuple(str(each["name"]) for each in snapshots)
