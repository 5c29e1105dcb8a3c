"""One fault: an apply hit on a fresh domain, recovered, and the host judged by content."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from reconcile.model.domain import Domain as Observed
from reconcile.plan.fingerprint import fingerprint
from tests.chaos.stages import Stage
from tests.harness.command import Ran, reconcile
from tests.harness.contents import Oracle, capabilities, observed
from tests.harness.transcript import ROOT
from tests.lab.daemon import Daemon
from tests.lab.domain import Disk, Domain

HEAD: Final = "apiVersion: reconcile/v1\ndomain: {name}\nprune: owned\n"
ALLOW: Final = "allow: [discards-guest-state, deletes-unowned]\n"
SECONDS: Final = 180
DISKS: Final = (Disk("vda", mib=2), Disk("vdb", mib=2))
Fault = dict[str, Any]


@dataclass(slots=True)
class Verdict:
    """How it ended, and what was wrong. `hit`: the fault came before the apply was over."""

    fault: Fault
    way: str
    hit: bool = False
    end: str = ""
    wrong: list[str] = field(default_factory=list)


def tool_fault(rng: random.Random, daemon: Daemon, domain: Domain) -> Fault:
    """The tool alone, beside a record or in a call: libvirt finishes what it was asked for."""
    fault = random_fault(rng, daemon, domain, "shutoff")
    return {**fault, "kill": "tool"}


def random_fault(rng: random.Random, daemon: Daemon, domain: Domain, state: str) -> Fault:
    """The tool beside a record or in a call, or the daemon or a running guest in a call."""
    pids = {"pid": daemon.pid, "guest": domain.name}
    if rng.random() < 0.3:
        where = {"where": "record", "number": rng.randint(2, 7), "after": rng.choice([0, 1])}
        return {"kill": "tool", **pids, **where}
    after = rng.choice([0.0, 0.003, 0.01, 0.02, 0.04, 0.1, 0.3])
    where = {"where": "call", "number": rng.randint(1, 3), "after": after}
    victims = ["tool", "daemon", "daemon", *(["guest"] if state == "running" else [])]
    return {"kill": rng.choice(victims), **pids, **where}


class Hit:
    """A domain with its data known, on which one apply is hit."""

    def __init__(self, stage: Stage, domain: Domain, folder: Path) -> None:
        self._stage = stage
        self._domain = domain
        self._oracle = Oracle(domain)
        self._before = folder / "before.yaml"
        self._after = folder / "after.yaml"
        head = HEAD.format(name=domain.name) + ALLOW
        self._before.write_text(f"{head}snapshots: [{stage.before}]\n")
        self._after.write_text(f"{head}snapshots: [{stage.after}]\n")

    def run(self, fault: Fault, way: str) -> Verdict:
        """Set up, hit, recover, judge."""
        self._set_up()
        tree, files = observed(self._domain), self._files()
        active = self._oracle.active()
        verdict = Verdict(fault, way, hit=self._apply(fault))
        ran = self._settled(way, verdict)
        if ran is not None and ran.code not in {0, 1}:
            verdict.wrong.append(f"{verdict.end} ended with {ran.code}: {ran.out}{ran.err}")
        self._judge(verdict, tree, files, active)
        return verdict

    def _set_up(self) -> None:
        if self._stage.state == "running":
            self._domain.start()
        self._oracle.write()
        self._run("apply", "--yes", self._before, code=0)
        self._oracle.learn(self._oracle.active())
        self._oracle.write()

    def _run(self, *arguments: str | Path, code: int | None = None) -> Ran:
        ran = reconcile(*map(str, arguments), uri=self._domain.daemon.uri)
        assert code is None or ran.code == code, ran.out + ran.err
        return ran

    def _apply(self, fault: Fault) -> bool:
        """The apply is hit, or over first; a killed daemon is started again, as by systemd."""
        uri, daemon = self._domain.daemon.uri, self._domain.daemon
        arguments = ("-c", uri, "apply", "--yes", str(self._after))
        victim = subprocess.Popen(
            (sys.executable, "-m", "tests.chaos.victim", json.dumps(fault), *arguments),
            cwd=ROOT,
            env=dict(os.environ),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline, killed = time.monotonic() + SECONDS, False
        while victim.poll() is None and time.monotonic() < deadline:
            if not daemon.is_alive:
                killed = True
                daemon.start()
            time.sleep(0.02)
        over = victim.poll()
        victim.kill()
        victim.wait()
        killed = killed or not daemon.is_alive or over == -signal.SIGKILL
        daemon.start()
        return killed or (fault["kill"] == "guest" and self._domain.state == "shutoff")

    def _settled(self, way: str, verdict: Verdict) -> Ran | None:
        """Recover as asked; where there is no way back, go on."""
        ran = self._run(way, "--timeout", "30")
        verdict.end = way
        if ran.code == 5 and "restart it" in ran.out:
            verdict.end = f"libvirtd restarted, {way}"
            self._domain.daemon.restart()
            ran = self._run(way, "--timeout", str(SECONDS))
        if ran.code == 1 and "left unfinished" in ran.err:
            verdict.end = "nothing to recover"
            return None
        if ran.code == 5 and way == "rollback":
            verdict.end = "no way back, resume"
            ran = self._run("resume", "--timeout", str(SECONDS))
        if ran.code == 3 and way == "resume" and verdict.fault["kill"] == "guest":
            verdict.end = "the guest is gone, rollback"
            ran = self._run("rollback", "--timeout", str(SECONDS))
        return ran

    def _judge(
        self, verdict: Verdict, tree: Observed, files: frozenset[str], active: dict[str, str]
    ) -> None:
        planned = self._run("plan", "--detailed-exitcode", self._after)
        back = self._run("plan", "--detailed-exitcode", self._before)
        desired = planned.code == 0
        if not desired and back.code != 0 and verdict.fault["kill"] != "guest":
            verdict.wrong.append(f"ends nowhere: {planned.out}{planned.err}\n{back.out}{back.err}")
        if not desired and not _same(observed(self._domain), tree):
            verdict.wrong.append("the tree is not as before")
        if not desired and self._files() != files:
            verdict.wrong.append(f"left over: {sorted(self._files() ^ files)}")
        verdict.wrong += [f"{key} is lost" for key in self._oracle.wrong()]
        if not self._stage.reverts and self._stage.name != "branch-internal":
            now = self._oracle.active()
            verdict.wrong += [f"the guest's {t} is lost" for t in active if now[t] != active[t]]
        if verdict.fault["kill"] != "guest" and self._domain.state != self._stage.state:
            verdict.wrong.append(f"the guest is {self._domain.state}")
        verdict.end += ": desired" if desired else ": before"
        verdict.wrong += self._orphans()

    def _files(self) -> frozenset[str]:
        return frozenset(path.name for path in self._domain.folder.iterdir())

    def _orphans(self) -> list[str]:
        """Internal snapshots in the images that libvirt does not know."""
        names = set(observed(self._domain).tree.snapshots)
        found = []
        for path in sorted(self._domain.folder.iterdir()):
            if path.suffix == ".mem":
                continue
            info = json.loads(
                self._domain.daemon.run("qemu-img", "info", "-U", "--output=json", str(path))
            )
            tags = {each["name"] for each in info.get("snapshots", [])}
            found += [f"{path.name} holds an unknown {tag}" for tag in sorted(tags - names)]
        return found


def possible(stage: Stage, domain: Domain) -> bool:
    """Whether this release can do it at all."""
    return not stage.reverts or capabilities(domain).external_revert


def _same(found: Observed, before: Observed) -> bool:
    """The same tree, by all that a plan depends on."""
    return fingerprint(replace(found, state=before.state, disks=before.disks)) == fingerprint(
        before
    )
