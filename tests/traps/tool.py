"""The tool under test, at the brink of a trap: a manifest that asks for it, and what is said.

Every hazard is approved and nothing limits deletes, so that what is refused is refused by a rule
about libvirt and by nothing else.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reconcile.model.hazard import Hazard
from tests.harness.command import reconcile
from tests.harness.contents import Action, Oracle
from tests.lab import metadata
from tests.lab.domain import Domain

Entry = Mapping[str, Any]
APPROVED = [str(hazard) for hazard in Hazard if hazard.needs_approval]


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan in the words of the tests."""

    code: int
    refused: frozenset[tuple[str | None, str]]
    actions: tuple[str, ...]
    hazards: frozenset[str]
    warnings: tuple[str, ...]
    settled: bool
    """Nothing is left to do but what is declared to be done every time."""


@dataclass(frozen=True, slots=True)
class Tool:
    """`reconcile` with one manifest for one domain."""

    domain: Domain
    oracle: Oracle
    manifest: Path

    def plan(self, keep: str = "", add: Sequence[Entry] = (), **keys: object) -> Planned:
        """The plan for a manifest: kept snapshots by name, entries to add, other keys."""
        self._declare(keep, add, keys)
        ran = reconcile("plan", "--format", "json", str(self.manifest), uri=self.domain.daemon.uri)
        assert ran.code in {0, 3}, ran.err
        plan = json.loads(ran.out)["domains"][0]
        return Planned(
            code=ran.code,
            refused=frozenset((each["snapshot"], each["code"]) for each in plan["refusals"]),
            actions=tuple(f"{each['action']} {each['snapshot']}" for each in plan["actions"]),
            hazards=frozenset(hazard for each in plan["actions"] for hazard in each["hazards"]),
            warnings=tuple(plan["warnings"]),
            settled=ran.code == 0 and {a["reason"] for a in plan["actions"]} <= {"always"},
        )

    def refusal(self, keep: str = "", add: Sequence[Entry] = (), **keys: object) -> str:
        """The only refusal, as "SNAPSHOT: CODE"; apply does nothing and says the same."""
        planned = self.plan(keep, add, **keys)
        before, daemon = metadata.dumps(self.domain), self.domain.daemon.pid
        ran = reconcile("apply", "--yes", str(self.manifest), uri=self.domain.daemon.uri)
        assert (planned.code, ran.code) == (3, 3), planned
        assert metadata.dumps(self.domain) == before
        assert self.domain.daemon.pid == daemon
        return ", ".join(sorted(f"{name}: {code}" for name, code in planned.refused))

    def invalid(self, add: Sequence[Entry] = (), **keys: object) -> str:
        """What is said of a manifest that is not even planned."""
        self._declare("", add, keys)
        ran = reconcile("plan", str(self.manifest), uri=self.domain.daemon.uri)
        assert ran.code == 1
        return ran.err

    def apply(self, keep: str = "", add: Sequence[Entry] = (), **keys: object) -> Planned:
        """Plan and apply; all snapshots hold what they held, the daemon and the plan are quiet."""
        planned = self.plan(keep, add, **keys)
        assert planned.code == 0, planned
        before, daemon = self.oracle.active(), self.domain.daemon.pid
        ran = reconcile("apply", "--yes", str(self.manifest), uri=self.domain.daemon.uri)
        assert ran.code == 0, ran.out + ran.err
        now, expected = self.oracle.active(), self.oracle.follow(before, _steps(planned))
        assert now == {target: expected[target] for target in now}
        self.oracle.check()
        assert self.domain.daemon.pid == daemon
        assert self.plan(keep, add, **keys).settled
        return planned

    def _declare(self, keep: str, add: Sequence[Entry], keys: Mapping[str, object]) -> None:
        document = {
            "apiVersion": "reconcile/v1",
            "domain": self.domain.name,
            "prune": "all",
            "allow": APPROVED,
            "limits": {"deletes": 1000},
            "snapshots": [*self._kept(keep.split()), *add],
            **{key.replace("_", "-"): value for key, value in keys.items()},
        }
        self.manifest.write_text(json.dumps(document))

    def _kept(self, names: Sequence[str]) -> list[Entry]:
        """Existing snapshots as they are, below their nearest kept ancestor."""
        found = metadata.snapshots(self.domain)
        ways = {name: [each for each in found.lineage(name) if each in names] for name in names}
        return [{"name": name, **({"parent": way[0]} if way else {})} for name, way in ways.items()]


def _steps(planned: Planned) -> list[Action]:
    words = (each.split(maxsplit=1) for each in planned.actions)
    return [{"action": action, "snapshot": name} for action, name in words]
