"""Listings as they are drawn: wide, narrow, hostile, deep."""

import re
from typing import Final

from rich.cells import cell_len
from rich.console import Console

from reconcile.model.domain import DomainState
from reconcile.model.identity import DomainId, HostId
from reconcile.model.overview import DomainOverview, HeldSpace
from reconcile.render.sizes import size
from reconcile.render.text_list import show_names, show_snapshots, show_tree
from reconcile.render.text_overview import show_overview
from reconcile.render.times import age, local_time, utc_time
from reconcile.views.overview import OverviewView
from reconcile.views.snapshot_list import SnapshotListView, SnapshotRowView
from tests.render.screen import printed

HOST: Final = HostId("qemu/system@kvm1", "qemu:///system")
WEB: Final = DomainId(HOST, "6695eb01-f6a4-8304-79aa-97f2502e193f", "web01")
NOW: Final = 1_700_000_000
ROWS: Final = (
    DomainOverview(
        WEB,
        DomainState.RUNNING,
        12,
        3,
        "tuned",
        4,
        NOW - 86_400 * 3,
        HeldSpace(3 << 29, inside=True),
        2,
    ),
    DomainOverview(
        DomainId(HOST, "1", "データベース"),
        DomainState.SHUTOFF,
        1,
        0,
        None,
        1,
        NOW,
        HeldSpace(None),
    ),
    DomainOverview(DomainId(HOST, "2", "db"), DomainState.PAUSED, 0, 0, None, 1, None, HeldSpace()),
)


def overview(console: Console) -> None:
    show_overview(console, OverviewView("qemu:///system", ROWS), NOW)


def test_an_overview() -> None:
    first, *rows, last = printed(overview).splitlines()
    assert first.split() == [
        *("Domain", "State", "Snapshots", "Owned", "Current", "Chain", "Oldest", "Held", "Findings")
    ]
    assert [re.split(r" {2,}", each) for each in rows] == [
        ["web01", "running", "12", "3", "tuned", "4", "3 d", "1.5 GiB + in disks", "2"],
        ["データベース", "shutoff", "1", "0", "-", "1", "0 s", "?", "0"],
        ["db", "paused", "0", "0", "-", "1", "-", "-", "0"],
    ]
    assert [cell_len(each) for each in rows] == [len(first)] * 3
    assert last == "qemu:///system: 3 domains, 13 snapshots"


def test_on_a_narrow_terminal_each_domain_has_its_paragraph() -> None:
    shown = printed(overview, width=40, colour=True)
    assert "\x1b[2m  Snapshots  \x1b[0m12\n" in shown
    assert max(map(len, shown.splitlines())) < 60  # escapes count


def test_a_size_has_three_figures_at_most() -> None:
    told = [size(each) for each in (0, 1023, 1024, 10_239, 10_240, 1 << 30, 3 << 60)]
    assert told == ["0 B", "1,023 B", "1.0 KiB", "10.0 KiB", "10 KiB", "1.0 GiB", "3,072 PiB"]


def test_an_age_has_its_largest_unit() -> None:
    told = [age(each) for each in (0, 59, 60, 86_399, 86_400, 86_400 * 365 * 2)]
    assert told == ["0 s", "59 s", "1 min", "23 h", "1 d", "2 y"]


def test_a_time_that_no_calendar_has_is_a_number() -> None:
    assert local_time(1 << 62) == str(1 << 62)
    assert utc_time(1 << 62) is None


def listing(*rows: SnapshotRowView) -> SnapshotListView:
    return SnapshotListView(WEB, rows)


def test_hostile_names_command_nothing() -> None:
    row = SnapshotRowView("::stop-commands::x\x1b[31m", None, "run\nning", NOW, current=True)
    shown = printed(lambda console: show_names(console, listing(row)))
    assert shown == "\\x3a:stop-commands::x\\x1b[31m\n"
    table = printed(lambda console: show_snapshots(console, listing(row), parents=True))
    assert "\x1b" not in table
    assert len(table.splitlines()) == 2


def test_a_deep_chain_stays_within_bounds() -> None:
    names = [f"s{number}" for number in range(5_000)]
    rows = [
        SnapshotRowView(name, above, "shutoff", NOW)
        for name, above in zip(names, [None, *names], strict=False)
    ]
    shown = printed(lambda console: show_tree(console, listing(*rows), None))
    lines = shown.splitlines()
    assert len(lines) == len(names)
    assert lines[-1] == "4,999 └── s4999"
    assert max(map(len, lines)) < 150


def test_a_tree_below_one_snapshot() -> None:
    rows = [
        SnapshotRowView("a", None, "shutoff", NOW),
        SnapshotRowView("b", "a", "shutoff", NOW, current=True),
        SnapshotRowView("c", "b", "shutoff", NOW),
        SnapshotRowView("d", "b", "shutoff", NOW),
    ]
    shown = printed(lambda console: show_tree(console, listing(*rows), "b"))
    assert shown == "└── b (current)\n    ├── c\n    └── d\n"
