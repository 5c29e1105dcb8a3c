"""Every scenario on every release of the lab: the plan, the apply, the data, the daemon."""

import json
from pathlib import Path

import pytest

from tests.harness.command import reconcile
from tests.harness.contents import Action, Oracle
from tests.lab import metadata
from tests.lab.daemon import Daemon
from tests.lab.disk import Disk
from tests.lab.domain import Domain
from tests.lab.fixtures import MakeDomain
from tests.scenarios.scenario import Scenario, Step, normal, scenarios


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda scenario: scenario.name)
def test_scenario(scenario: Scenario, lab: Daemon, make_domain: MakeDomain, tmp_path: Path) -> None:
    domain = _domain(scenario, make_domain)
    oracle, daemon = Oracle(domain), lab.pid
    for step in scenario.steps:
        oracle.write()
        if step.kind == "manifest":
            _manifest(step, domain, oracle, tmp_path / "manifest.yaml")
        else:
            before = oracle.active()
            for command in step.commands(domain.name):
                lab.virsh(*command)
            oracle.learn(before)
        oracle.check()
    assert lab.pid == daemon


def _domain(scenario: Scenario, make_domain: MakeDomain) -> Domain:
    spec = scenario.domain
    domain = make_domain([_disk(target, kind) for target, kind in spec.disks.items()])
    if spec.state != "shutoff":
        domain.start(paused=spec.state == "paused")
    return domain


def _disk(target: str, kind: str) -> Disk:
    if kind.startswith("cdrom"):
        return Disk(target, "raw", device="cdrom", empty=kind == "cdrom-empty")
    return Disk(target, "raw" if kind == "raw" else "qcow2", read_only=kind == "read-only")


def _manifest(step: Step, domain: Domain, oracle: Oracle, path: Path) -> None:
    path.write_text(step.manifest(domain.name))
    uri = domain.daemon.uri
    planned = reconcile("plan", "--detailed-exitcode", str(path), uri=uri)
    got = normal(planned.out, domain.name, str(domain.folder), uri)
    assert got == step.expected(domain.daemon.reverts_external, got)
    assert planned.err == ""
    if planned.code == 3:
        _refused(domain, path)
    else:
        _applied(domain, oracle, path)


def _refused(domain: Domain, path: Path) -> None:
    """A blocked plan changes nothing, even with --yes."""
    before = metadata.dumps(domain)
    assert reconcile("apply", "--yes", str(path), uri=domain.daemon.uri).code == 3
    assert metadata.dumps(domain) == before


def _applied(domain: Domain, oracle: Oracle, path: Path) -> None:
    """After apply the plan is empty, old data is where it was, the guest's is what was planned."""
    uri, before, state = domain.daemon.uri, oracle.active(), domain.state
    actions = _actions(path, uri)
    applied = reconcile("apply", "--yes", str(path), uri=uri)
    assert applied.code == 0, applied.out + applied.err
    again = reconcile("plan", str(path), uri=uri)
    assert (again.code, again.err) == (0, "")
    assert {each["reason"] for each in _actions(path, uri)} <= {"always"}
    assert oracle.active() == oracle.follow(before, actions)
    if all("changes-run-state" not in each["hazards"] for each in actions):
        assert domain.state == state


def _actions(path: Path, uri: str) -> list[Action]:
    document = json.loads(reconcile("plan", "--format", "json", str(path), uri=uri).out)
    actions: list[Action] = document["domains"][0]["actions"]
    return actions
