"""Every scenario without libvirt: the same manifests, the same plans, as far as no host is needed.

The rules stand in for the host: each step starts from where the plan of the one before it ends. A
scenario ends here at its first `.sh` step, since what virsh does in between only a host can say.
"""

import contextlib
import io
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import pytest

from reconcile.manifest.load import load
from reconcile.model.domain import Disk, Domain, DomainState
from reconcile.model.host import Capabilities, Host
from reconcile.model.plan import DomainPlan, Plan
from reconcile.model.source import Source
from reconcile.plan.planner import plan_domain, plan_of
from reconcile.planfile.recorded import recorded_plan
from reconcile.planfile.save import save
from reconcile.render.console import console
from reconcile.render.text_plan import show_plan
from reconcile.views.plan import plan_view
from tests.harness.identity import HERE
from tests.properties.images import Images
from tests.rules.notation import RELEASES, domain
from tests.scenarios import scenario as files
from tests.scenarios.scenario import NAME, DomainSpec, Scenario, normal, scenarios


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("scenario", scenarios(), ids=lambda scenario: scenario.name)
def test_scenario(
    scenario: Scenario, release: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "UPDATE", False)  # real libvirt says what is right
    stand_in = StandIn.of(_domain(scenario.domain), RELEASES[release])
    for step in takewhile(lambda step: step.kind == "manifest", scenario.steps):
        path = tmp_path / "manifest.yaml"
        path.write_text(step.manifest(NAME))
        plan = plan_domain(load([path])[0], stand_in.domain, stand_in.host)
        got = _shown(plan, str(tmp_path))
        assert _drawn(_recorded(plan, tmp_path / "plan.json")) == _drawn(plan_of([plan]))
        assert got == step.expected(RELEASES[release].external_revert, got)
        if not plan.refusals:
            stand_in.apply(plan)


@dataclass(slots=True)
class StandIn:
    """A host of one domain: what the rules make of it, and the files that this leaves."""

    domain: Domain
    capabilities: Capabilities
    images: Images

    @classmethod
    def of(cls, start: Domain, capabilities: Capabilities) -> "StandIn":
        return cls(start, capabilities, Images.of(start))

    @property
    def host(self) -> Host:
        """The facts that a plan may ask for: which files are there, and the tags in them."""
        return Host(HERE, self.capabilities, self.images.facts())

    def apply(self, plan: DomainPlan) -> None:
        for step, after in zip(plan.steps, plan.expected, strict=True):
            self.images.do(step.action, self.domain, after, self.capabilities)
            self.domain = after


def _domain(spec: DomainSpec) -> Domain:
    disks = (_disk(target, kind) for target, kind in spec.disks.items())
    return domain(*disks, state=DomainState(spec.state))


def _disk(target: str, kind: str) -> Disk:
    form = "raw" if kind == "raw" or kind.startswith("cdrom") else "qcow2"
    path = f"/images/{target}.{form}"
    if kind == "cdrom-empty":
        return Disk(target, None, Source.NONE, form, device="cdrom", readonly=True)
    if kind.startswith("cdrom"):
        return Disk(target, path, format=form, device="cdrom", readonly=True)
    return Disk(target, path, format=form, readonly=kind == "read-only")


def _shown(plan: DomainPlan, folder: str) -> str:
    return normal(_drawn(plan_of([plan])), NAME, folder, HERE.uri)


def _drawn(plan: Plan) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as shown:
        show_plan(console("never"), plan_view(plan))
    return shown.getvalue()


def _recorded(plan: DomainPlan, path: Path) -> Plan:
    """The plan as `show` reads it back from its file, in which no host is asked."""
    save(plan_of([plan]), path)
    recorded, _ = recorded_plan(path)
    return recorded
