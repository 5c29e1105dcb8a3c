"""The growth of apply: that every run applies to all domains, and what counts as linear."""

import json
from pathlib import Path

import pytest

from benchmarks import test_driver
from benchmarks.apply_growth import Growth, main
from benchmarks.process import RunError, Usage, measured
from tests.harness.command import reconcile

START = Usage(wall=1, cpu=1, peak=50)


def growth(cpu: float) -> Growth:
    """400 domains against 100, which cost 3 CPU seconds with the start's one."""
    runs = {100: Usage(2, 3, 60), 400: Usage(cpu, cpu, 60)}
    return Growth("simulated", 10, START, runs)


def test_growth_in_proportion_is_within_the_bar() -> None:
    assert growth(1 + 4 * 2).cpu_ratio == 4
    assert growth(1 + 4.5 * 2).kept
    assert not growth(1 + 4.6 * 2).kept


@pytest.mark.parametrize("host", ["simulated", "test"])
def test_both_hosts_are_measured(
    host: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "figures.json"
    options = ("--host", host, "--domains", "2", "3", "--snapshots", "2", "--json", str(file))
    main(options)
    figures = json.loads(file.read_text())
    assert [each["domains"] for each in figures["runs"]] == [2, 3]
    assert all(each["cpu"] > 0 for each in figures["runs"])
    assert f"host: {host}" in capsys.readouterr().out


def test_a_run_that_failed_is_no_figure(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="ended with 64"):
        measured("reconcile", ("apply", "--nonsense", str(tmp_path)))


def test_the_manifest_plans_every_snapshot_of_every_domain(tmp_path: Path) -> None:
    uri, manifest = test_driver.host(tmp_path, 3), test_driver.manifest(tmp_path, 4)
    planned = reconcile("plan", "--format", "json", str(manifest), uri=uri)
    assert json.loads(planned.out)["summary"]["create"] == 12
