"""What an image says of itself, by QEMU's own tool: the internal snapshots in it, what is below it.

libvirt lists only the snapshots that it knows, and the images below a disk of active domains only.
"""

import json
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from reconcile.host.connection import Connection
from reconcile.model.domain import Disk, Domain, Source

SECONDS = 30  # reading a header takes milliseconds; a dead network mount takes forever


def observe_tags(host: Connection, images: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Tags by image, for images of this machine that can be read; others are left out."""
    if not host.local:
        return MappingProxyType({})
    found = ((image, _tags(image)) for image in images)
    return MappingProxyType({image: tags for image, tags in found if tags is not None})


def with_chains(host: Connection, domain: Domain) -> Domain:
    """The domain with the images below its disks, which libvirt tells of active domains only."""
    if domain.active or not host.local:
        return domain
    return replace(domain, disks=tuple(map(_with_chain, domain.disks)))


def _with_chain(disk: Disk) -> Disk:
    chain = (
        _info(disk.path, "--backing-chain") if disk.path and disk.source is Source.FILE else None
    )
    return (
        replace(disk, backing=tuple(str(each["filename"]) for each in chain[1:])) if chain else disk
    )


def _tags(image: str) -> tuple[str, ...] | None:
    chain = _info(image)
    if chain is None:
        return None
    return tuple(str(each["name"]) for each in chain[0].get("snapshots", []))


def _info(image: str, *options: str) -> list[dict[str, Any]] | None:
    """None where nothing can be said: no qemu-img, no permission, no such file."""
    command = ("qemu-img", "info", "--force-share", "--output=json", *options, "--", image)
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program, and a path behind "--"
            command, capture_output=True, timeout=SECONDS, check=True
        )
        said = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return said if isinstance(said, list) else [said]
