"""The effects of one step of a plan on files, by their names."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileEffects:
    """The files that a step touches: `removed` ones vanish, `written` ones change.

    `merged` ones vanish too, but only the tags in them are lost: what lies on them is moved.
    `opened` ones are opened for writing, and what can be read in them stays: the tag of an
    internal snapshot comes or goes, or an overlay that nobody could write to is merged. `read`
    ones are opened for reading, with all that lies below them. `created` ones are made anew,
    `reused` ones are taken over as they are. `frozen` ones become a snapshot's data: from then on
    nobody may write to them.
    """

    removed: frozenset[str] = frozenset()
    written: frozenset[str] = frozenset()
    merged: frozenset[str] = frozenset()
    opened: frozenset[str] = frozenset()
    read: frozenset[str] = frozenset()
    created: frozenset[str] = frozenset()
    reused: frozenset[str] = frozenset()
    frozen: frozenset[str] = frozenset()

    @property
    def changed(self) -> frozenset[str]:
        """Every file that differs after the step from what it was before."""
        return self.removed | self.written | self.merged

    @property
    def needed(self) -> frozenset[str]:
        """Every file that QEMU or its tools open for the step, with those below it."""
        return self.written | self.merged | self.opened | self.read
