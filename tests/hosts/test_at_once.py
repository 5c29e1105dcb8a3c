"""Two applies at one moment, by two processes, of domains that would get one file.

Whichever comes first, no domain loses its data, and what was not done says so by its exit code.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.harness.transcript import ROOT
from tests.hosts.host import Host
from tests.hosts.oracle import Oracle
from tests.hosts.scenario import Scenario, scenarios
from tests.hosts.test_hosts import DEFAULTS

SECONDS: Final = 120
UNCHANGED: Final = {1, 3}
"""The exit codes that say of a domain that nothing was changed."""
BASE: Final = {"snapshots": [{"name": "base", "disks": {"vda": "external"}}]}
REVERT: Final = {
    "snapshots": [{"name": "base"}],
    "current": {"snapshot": "base", "revert": "always"},
}
TAKE: Final = "virsh snapshot-create-as {0} base --disk-only --diskspec vda,file=/images/{0}.base"


@pytest.fixture
def twins(host: Host) -> Oracle:
    """Two domains, off, whose images have one stem."""
    scenario = next(each for each in scenarios() if each.name == "claims-overlay")
    return _built(host, scenario)


def test_two_processes_that_take_snapshots(host: Host, twins: Oracle) -> None:
    codes = _applied(host, BASE)
    assert 0 in codes
    assert set(codes) <= {0} | UNCHANGED
    twins.learn()
    _all_is_held(host, twins)


def test_two_processes_that_revert(host: Host, twins: Oracle) -> None:
    for name in host.domains:
        host.shell(TAKE.format(name))
        twins.learn()
        twins.write(name)
    codes = _applied(host, REVERT)
    if not host.daemon.reverts_external:
        assert codes == [3, 3]
    else:
        assert set(codes) <= {0} | UNCHANGED
        for name, code in zip(host.domains, codes, strict=True):
            if code == 0:
                twins.reverted(name, "base")
    _all_is_held(host, twins)


def _built(host: Host, scenario: Scenario) -> Oracle:
    oracle = Oracle(host)
    host.make(scenario)
    oracle.fill(scenario)
    host.define(scenario)
    return oracle


def _applied(host: Host, words: dict[str, Any]) -> list[int]:
    """Apply the same to each domain, each by a process of its own; their exit codes."""
    processes = []
    for name in host.domains:
        manifest = host.manifests / f"{name}.yaml"
        manifest.write_text(yaml.safe_dump({**DEFAULTS, "domain": name, **words}), "utf-8")
        processes.append(_started(("-c", host.daemon.uri, "apply", "--yes", str(manifest))))
    return [process.wait(SECONDS) for process in processes]


def _started(arguments: Sequence[str | Path]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        (sys.executable, "-m", "reconcile", *arguments),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _all_is_held(host: Host, oracle: Oracle) -> None:
    assert oracle.found() == oracle.expected()
    for name in host.domains:
        host.starts(name)
