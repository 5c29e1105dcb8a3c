"""The options of `list`, as virsh snapshot-list has them, and which exclude each other there."""

from collections.abc import Iterator
from dataclasses import dataclass

import click

from reconcile.cli.completion import complete_snapshots
from reconcile.cli.options import Command, Option, added
from reconcile.errors import UsageError
from reconcile.model.snapshot_list import SnapshotFilter

_HELP = {
    SnapshotFilter.ROOTS: "Only snapshots without a parent.",
    SnapshotFilter.LEAVES: "Only snapshots without children.",
    SnapshotFilter.NO_LEAVES: "Only snapshots with children.",
    SnapshotFilter.METADATA: "Only snapshots of which libvirt keeps metadata.",
    SnapshotFilter.NO_METADATA: "Only snapshots of which libvirt keeps no metadata.",
    SnapshotFilter.INACTIVE: "Only those taken while the domain was off.",
    SnapshotFilter.ACTIVE: "Only those of a running or paused domain with its memory.",
    SnapshotFilter.DISK_ONLY: "Only those of a running domain without its memory.",
    SnapshotFilter.INTERNAL: "Only those whose data lies inside the disks' images.",
    SnapshotFilter.EXTERNAL: "Only those whose data lies in files of its own.",
    SnapshotFilter.DESCENDANTS: "With --from or --current: all below it, not its children alone.",
    SnapshotFilter.TOPOLOGICAL: "Parents before their children, not by name.",
}
_NOT_WITH_TREE = (
    *(SnapshotFilter.LEAVES, SnapshotFilter.NO_LEAVES, SnapshotFilter.INACTIVE),
    *(SnapshotFilter.ACTIVE, SnapshotFilter.DISK_ONLY, SnapshotFilter.INTERNAL),
    *(SnapshotFilter.EXTERNAL, SnapshotFilter.ROOTS),
)
_EXCLUSIVE = (
    ("parent", "roots"),
    ("parent", "tree"),
    ("roots", "from"),
    ("roots", "current"),
    ("from", "current"),
)
"""As in virsh 9.0.0, 11.3.0 and 12.8.0 (`cmdSnapshotList`)."""


def _flag(name: str, words: str) -> Option:
    return click.option(f"--{name}", is_flag=True, help=words)


def filter_options(command: Command) -> Command:
    """All filters of virsh snapshot-list, under its names."""
    drawn = (
        _flag("parent", "Add a column with the parent."),
        _flag("tree", "Draw the tree."),
        _flag("name", "Print names alone, as --format name does."),
        click.option(
            "--from",
            "below",
            metavar="SNAPSHOT",
            shell_complete=complete_snapshots,
            help="Only children of this snapshot.",
        ),
        _flag("current", "Only children of the current snapshot."),
    )
    return added((*drawn, *(_flag(each, words) for each, words in _HELP.items())))(command)


@dataclass(frozen=True, slots=True)
class ListOptions:
    """The options of `list`; `form` is text, json or name, `below` what --from names."""

    form: str
    filters: frozenset[SnapshotFilter]
    parent: bool
    tree: bool
    below: str | None
    current: bool

    @classmethod
    def of(cls, form: str | None, options: dict[str, object]) -> "ListOptions":
        """The options as click hands them over. Raises UsageError for what virsh refuses, too."""
        given = {name.replace("_", "-") for name, value in options.items() if value is True}
        below = options["below"]
        if "name" in given and form not in {None, "name"}:
            raise _excludes("name", f"format {form}")
        names = "name" in given or form == "name"
        shown = form or ("name" if names else "text")
        _require_legal(given | ({"from"} if below is not None else set()), names=names)
        return cls(
            form=shown,
            filters=frozenset(each for each in SnapshotFilter if each in given),
            parent="parent" in given,
            tree="tree" in given,
            below=None if below is None else str(below),
            current="current" in given,
        )

    def require_none_of_snapshots(self) -> None:
        """Raise UsageError where some option makes sense for the snapshots of one domain alone."""
        asked = (self.filters, self.parent, self.tree, self.below is not None, self.current)
        if any(asked):
            raise UsageError(
                "such options choose among the snapshots of one domain",
                "name it: `reconcile list DOMAIN`",
            )


def _require_legal(given: set[str], *, names: bool) -> None:
    for one, other in _exclusive(names=names):
        if {one, other} <= given or (names and other == "name" and one in given):
            raise _excludes(one, other)
    if SnapshotFilter.DESCENDANTS in given and not given & {"from", "current"}:
        raise UsageError(
            "--descendants needs --from or --current",
            "say below which snapshot: `--from SNAPSHOT --descendants`",
        )


def _exclusive(*, names: bool) -> Iterator[tuple[str, str]]:
    yield from _EXCLUSIVE
    yield from ((each, "tree") for each in _NOT_WITH_TREE)
    if names:
        yield ("tree", "name")


def _excludes(one: str, other: str) -> UsageError:
    return UsageError(f"--{one} and --{other} exclude each other", "leave one of them out")
