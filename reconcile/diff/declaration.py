"""A declared entry in canonical form, the digest of it, and the mark that records it.

The digest covers what is compared and nothing else, so that editing `capture:` or moving an
entry to another file changes no mark.
"""

import hashlib
import json

from reconcile.model.desired import DesiredSnapshot
from reconcile.model.snapshot import Mark


def digest(desired: DesiredSnapshot) -> str:
    """Sixteen hex digits that tell one declared entry from another."""
    entry = {
        "parent": desired.parent,
        "description": desired.description,
        "labels": desired.labels,
        "protect": desired.protect,
        "memory": desired.memory and desired.memory.kind,
        "disks": desired.disks and sorted((disk.target, disk.kind) for disk in desired.disks),
    }
    text = json.dumps(entry, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def mark(desired: DesiredSnapshot, observed: Mark | None, revision: str | None) -> Mark:
    """The mark that the snapshot shall carry.

    Not declaring `protect` any more leaves protection as the old mark says: only
    `protect: false` lifts it.
    """
    kept = observed.protect if observed else False
    return Mark(
        snapshot=desired.name,
        digest=digest(desired),
        revision=revision,
        protect=kept if desired.protect is None else desired.protect,
        labels=tuple(sorted(desired.labels or ())),
    )
