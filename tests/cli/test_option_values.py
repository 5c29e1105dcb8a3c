"""Values of options that are no values: the command line is wrong, and nothing breaks."""

import pytest

from tests.harness.command import reconcile


@pytest.mark.parametrize("seconds", ["nan", "inf", "-1", "x"])
def test_a_time_out_is_a_number_of_seconds(seconds: str) -> None:
    ran = reconcile("resume", "--timeout", seconds)
    assert ran.code == 64
    assert "--timeout" in ran.err


def test_a_uri_is_text() -> None:
    ran = reconcile("plan", "nothing.yaml", uri="qemu://\udcff/system")
    assert (ran.code, ran.err.splitlines()[0]) == (64, "error: --connect is not UTF-8 text")


def test_a_uri_that_cannot_be_read_is_told_by_libvirt() -> None:
    ran = reconcile("plan", "tests/cli/files/web01.yaml", uri="qemu://[")
    assert ran.code == 1
    assert ran.err.startswith("error: qemu://[: connect: "), ran.err


def test_a_journal_of_an_odd_name_is_told() -> None:
    ran = reconcile("resume", "/nowhere/\udcff.jsonl")
    assert ran.code == 1
    assert ran.err.startswith("error: /nowhere/\\udcff.jsonl: it cannot be read: "), ran.err


@pytest.mark.parametrize("option", ["--show-xml", "--allow", "--allow-path", "--revision"])
def test_drift_offers_no_option_of_a_plan(option: str) -> None:
    """It makes no plan, so that an approval given to it would be believed to do something."""
    value = {"--allow": ["discards-guest-state"], "--show-xml": []}.get(option, ["x"])
    ran = reconcile("drift", option, *value, "tests/cli/files/web01.yaml")
    assert (ran.code, f"no such option '{option}'" in ran.err) == (64, True), ran.err
