"""Every scenario on every release: what is refused touches nothing, what is applied loses nothing.

After each step every domain of the host, also those that the step was not about, holds its data
byte for byte, and the daemon lives; at the end every domain starts.
"""

import json
from collections.abc import Sequence
from typing import Any, Final

import pytest
import yaml

from tests.harness.command import reconcile
from tests.hosts.host import Host
from tests.hosts.oracle import Oracle
from tests.hosts.scenario import Libvirt, Scenario, Step, scenarios
from tests.lab import skips

APPROVED: Final = (
    *("discards-guest-state", "replaces-snapshot", "drops-metadata"),
    *("deletes-unowned", "forces-revert", "moves-pointer-only"),
)
DEFAULTS: Final = {
    "apiVersion": "reconcile/v1",
    "prune": "all",
    "allow": list(APPROVED),
    "limits": {"deletes": 100},
}
Plan = dict[str, Any]
"""A plan's JSON."""


@pytest.fixture(params=scenarios(), ids=lambda scenario: scenario.name)
def scenario(request: pytest.FixtureRequest) -> Scenario:
    found: Scenario = request.param
    if found.has_block_devices:
        skips.root_alone("it has loop devices")
    return found


def test_host(host: Host, scenario: Scenario) -> None:
    oracle = Oracle(host)
    host.make(scenario)
    oracle.fill(scenario)
    host.define(scenario)
    host.start(scenario)
    pid, libvirt = host.daemon.pid, _libvirt(host)
    for step in (step.on(libvirt) for step in scenario.steps):
        if step is not None:
            _take(step, host, oracle)
            assert oracle.found() == oracle.expected(), step
            assert host.daemon.pid == pid
    for name in host.domains:
        host.starts(name)


def _libvirt(host: Host) -> Libvirt:
    """Libvirt reverts to external snapshots from 9.9 on."""
    return "new" if host.daemon.reverts_external else "old"


def _take(step: Step, host: Host, oracle: Oracle) -> None:
    for name in step.writers:
        oracle.write(name)
    for line in step.lines:
        host.shell(line)
        oracle.learn()
        match line.split():
            case ["virsh", "snapshot-revert", name, snapshot, *_]:
                oracle.reverted(name, snapshot)
    for name, images in step.moved.items():
        oracle.moved(name, images)
    if step.manifests:
        _apply(step, host, oracle)


def _apply(step: Step, host: Host, oracle: Oracle) -> None:
    """Plan and apply manifests; what is expected comes, and nothing else."""
    arguments = [*map(host.text, step.options), *_written(step.manifests, host)]
    planned = _plan(arguments, host)
    assert _refusals(planned) == step.refused
    assert {plan["domain"] for plan in planned["domains"] if plan["warnings"]} >= step.warned
    before = {name: host.metadata(name) for name in host.domains}
    files, states = host.files(), host.states()
    ran = reconcile("apply", "--yes", *step.apply_options, *arguments, uri=host.daemon.uri)
    assert ran.code == (3 if step.refused else 0), ran.out + ran.err
    for name in host.domains.keys() - step.applied:
        assert host.metadata(name) == before[name]
    if not step.applied:
        assert (host.files(), host.states()) == (files, states)
    for plan in planned["domains"]:
        if plan["domain"] in step.applied:
            oracle.follow(plan["domain"], plan["actions"])
    _settled(step, _plan(arguments, host))


def _settled(step: Step, again: Plan) -> None:
    """Nothing is left to do for what was applied, and what was refused is refused again."""
    assert _refusals(again) == step.refused
    for plan in again["domains"]:
        if plan["domain"] in step.applied:
            assert {action["reason"] for action in plan["actions"]} <= {"always"}, plan["actions"]


def _written(manifests: Sequence[Any], host: Host) -> list[str]:
    """One file for each document."""
    paths = [host.manifests / f"{number}.yaml" for number, _ in enumerate(manifests)]
    for path, manifest in zip(paths, manifests, strict=True):
        path.write_text(host.text(yaml.safe_dump({**DEFAULTS, **manifest})), "utf-8")
    return [str(path) for path in paths]


def _plan(arguments: Sequence[str], host: Host) -> Plan:
    ran = reconcile("plan", "--format", "json", *arguments, uri=host.daemon.uri)
    assert ran.code in {0, 3}, ran.err
    found: Plan = json.loads(ran.out)
    return found


def _refusals(plan: Plan) -> dict[str, set[str]]:
    """The codes by DOMAIN/SNAPSHOT, or DOMAIN."""
    found: dict[str, set[str]] = {}
    for domain in plan["domains"]:
        for refusal in domain["refusals"]:
            words = (domain["domain"], refusal["snapshot"])
            found.setdefault("/".join(word for word in words if word), set()).add(refusal["code"])
    return found
