"""A step with manifests: planned, applied, and held against what the plan said."""

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from reconcile.fleet.access import HostAccess
from reconcile.fleet.host_plan import plan_targets
from reconcile.fleet.targets import Selection, found_targets
from reconcile.model.desired import RevertWhen
from reconcile.model.plan import DomainPlan, Reason
from reconcile.plan.planner import plan_of
from tests.conformance.hosts.contents import Reader
from tests.conformance.hosts.predicted import disagreements, files_changed
from tests.conformance.hosts.world import Ledger, World, look
from tests.harness.command import Ran, reconcile
from tests.hosts.host import Host
from tests.hosts.scenario import Words

DEFAULTS: Final = {
    "apiVersion": "reconcile/v1",
    "prune": "all",
    "allow": [
        "discards-guest-state",
        "replaces-snapshot",
        "drops-metadata",
        "deletes-unowned",
        "forces-revert",
        "moves-pointer-only",
    ],
    "limits": {"deletes": 100},
}
FAILED: Final = re.compile(r"  (failed|incomplete|rolled back|undecided)$", re.MULTILINE)
"""What the outcome says of a domain whose plan was not carried out, whatever became of others."""
DONE: Final = 0
BLOCKED: Final = 3
AGAIN: Final = frozenset({Reason.ALWAYS})
"""Why a step is planned anew when all is as declared."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What was planned, and what disagreed with it."""

    plans: tuple[DomainPlan, ...]
    disagreements: tuple[str, ...]
    counts: Counter[str]


def written(manifests: Sequence[Words], host: Host) -> list[Path]:
    """One file for each document."""
    paths = [host.manifests / f"{number}.yaml" for number, _ in enumerate(manifests)]
    for path, manifest in zip(paths, manifests, strict=True):
        path.write_text(host.text(yaml.safe_dump({**DEFAULTS, **manifest})), "utf-8")
    return paths


def planned(paths: Sequence[Path], host: Host) -> tuple[DomainPlan, ...]:
    """The plans, by the functions that the command calls. Raises `ReconcileError`."""
    access = HostAccess(host.daemon.uri)
    with found_targets(paths, access, Selection(), readonly=True) as found:
        return plan_targets(*found)


def apply(paths: Sequence[Path], host: Host, before: World, reader: Reader) -> Applied:
    """Plan, apply just that, and look at everything. Raises `ReconcileError`."""
    plans = planned(paths, host)
    digest = plan_of(plans).digest
    ledger = Ledger(before, reader)
    for plan in plans:
        if not plan.refusals:  # told before: a later look cannot know what was left out
            ledger.follow(plan.id.name, (step.action for step in plan.steps))
    ran = reconcile("apply", "--yes", "--expect", digest, *map(str, paths), uri=host.daemon.uri)
    after = look(host, reader)
    found = (
        *_ended(plans, ran),
        *_untouched(plans, before, after),
        *_as_predicted(plans, before, after),
        *ledger.lost,
        *ledger.wrong(after.contents),
        *_settled(plans, paths, host),
    )
    return Applied(plans, found, _counts(plans))


def _ended(plans: Sequence[DomainPlan], ran: Ran) -> Iterator[str]:
    wanted = BLOCKED if any(plan.refusals for plan in plans) else DONE
    if ran.code != wanted or FAILED.search(ran.out):
        said = "\n".join(line for line in (ran.out + ran.err).splitlines() if line.strip())
        yield f"apply ended with {ran.code}, not {wanted}:\n{said}"


def _untouched(plans: Sequence[DomainPlan], before: World, after: World) -> Iterator[str]:
    """Only domains with a plan that is not refused may change."""
    acted = {plan.id.name for plan in plans if plan.steps and not plan.refusals}
    for name in before.domains.keys() - acted:
        if before.metadata[name] != after.metadata[name]:
            yield f"{name}: its metadata has changed, and no plan says so"
        if before.domains[name].state != after.domains[name].state:
            yield f"{name}: is {after.domains[name].state}, and no plan says so"


def _as_predicted(plans: Sequence[DomainPlan], before: World, after: World) -> Iterator[str]:
    acted = [plan for plan in plans if not plan.refusals]
    for plan in acted:
        yield from disagreements(plan, after.domains[plan.id.name])
    yield from files_changed(acted, before.files, after.files)


def _settled(plans: Sequence[DomainPlan], paths: Sequence[Path], host: Host) -> Iterator[str]:
    """A second plan of what was applied is empty."""
    applied = {plan.id.name for plan in plans if not plan.refusals}
    for plan in planned(paths, host):
        if plan.id.name not in applied:
            continue
        for step in plan.steps:
            if step.reason not in AGAIN:
                yield f"{plan.id.name}: planned again: {step.action.kind} {step.action.snapshot}"
        for refusal in plan.refusals:
            if refusal.snapshot != _always(plan):
                yield f"{plan.id.name}: refused afterwards: {refusal.code} {refusal.snapshot}"


def _always(plan: DomainPlan) -> str | None:
    """The snapshot that is reverted to at every apply, which may be possible once only."""
    current = plan.desired.current
    always = current is not None and current.revert is RevertWhen.ALWAYS
    return current.snapshot if current and always else None


def _counts(plans: Sequence[DomainPlan]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for plan in plans:
        counts.update(f"refused {refusal.code}" for refusal in plan.refusals)
        if not plan.refusals:
            counts.update(f"done {step.action.kind}" for step in plan.steps)
            counts["plan applied" if plan.steps else "plan in sync"] += 1
        else:
            counts["plan refused"] += 1
    return counts


@contextmanager
def state_in(folder: Path) -> Iterator[None]:
    """Journals and locks lie in a folder of the run."""
    saved = os.environ.get("XDG_STATE_HOME")
    os.environ["XDG_STATE_HOME"] = str(folder)
    try:
        yield
    finally:
        if saved is None:
            del os.environ["XDG_STATE_HOME"]
        else:
            os.environ["XDG_STATE_HOME"] = saved
