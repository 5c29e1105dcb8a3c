"""Protected snapshots that nobody declares any more, and entries that may be their new names."""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from reconcile.diff.tree import Difference
from reconcile.model.desired import DesiredSnapshot
from reconcile.model.plan import Refusal
from reconcile.model.snapshot import Snapshot
from reconcile.rules.refusals import Code, refuse

ALIKE = 0.6  # of 1; `golden` and `golden-2` are 0.86, `base` and `web` 0.29


def suspected(difference: Difference) -> Mapping[str, str]:
    """Protected snapshots by name, each with the missing entry that looks like its new name."""
    new = [
        entry
        for entry in difference.missing
        if not (entry.renamed_from or entry.clone_of or entry.redefine_from)
    ]
    found = ((each.name, _new_name(each, new)) for each in difference.protected)
    return {old: name for old, name in found if name is not None}


def _new_name(old: Snapshot, entries: list[DesiredSnapshot]) -> str | None:
    """The entry whose name is most alike; only one that lies where the snapshot lies counts."""
    there = [entry for entry in entries if entry.parent == old.parent]
    alike = [(_likeness(old.name, entry.name), entry.name) for entry in there]
    likeness, name = max(alike, default=(0.0, None))
    return name if likeness >= ALIKE else None


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.lower(), other.lower()).ratio()


def protections(difference: Difference, renames: Mapping[str, str]) -> Iterator[Refusal]:
    """A refusal for each protected snapshot that would go; an internal one cannot be renamed."""
    for each in difference.protected:
        new = renames.get(each.name)
        facts = {
            "renamed": new if each.external else None,
            "same": None if each.external else new,
            "gone": None if new else each.name,
        }
        yield refuse(Code.PROTECTED, each.name, **facts)
