"""One fault: an apply hit on a domain whose data is known, recovered, and the host judged."""

import os
import re
import select
import signal
import socket
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Final

from tests.chaos.blows import Blow, Scene, Writing, blow
from tests.chaos.cases import Case
from tests.chaos.faults import Cut, MoveImage, SecondWriter, ends_guest, is_early
from tests.chaos.judge import BY_DAEMON, LOST_QEMU, Judge, Verdict, Wrong, before
from tests.chaos.tool import Victim
from tests.harness.command import Ran
from tests.harness.contents import Oracle
from tests.lab.daemon import Daemon
from tests.lab.disk import Disk
from tests.lab.errors import LabError

HEAD: Final = "apiVersion: reconcile/v1\ndomain: {name}\nprune: owned\n"
ALLOW: Final = "allow: [discards-guest-state, deletes-unowned]\n"
DISKS: Final = (Disk("vda", mib=2), Disk("vdb", mib=2))
SECONDS: Final = 90
LONGEST: Final = 420  # libvirt answers some questions of a lost job after 30 seconds each
POLL_SECONDS: Final = 0.02
PATIENCE: Final = "30"
STARTS: Final = 5
ASKED: Final = 3
"""So often an administrator does what the tool tells him to."""
STOPPED: Final = re.compile(r"stop libvirtd, run `(.+?)` on its host")
NOTHING: Final = "no apply was left unfinished"
CLEAN: Final = frozenset({0, 1, 3, 4, 5})


@dataclass(frozen=True, slots=True)
class _Apply:
    """How the apply that was hit ended; `code` is None where it had to be killed."""

    hit: bool
    code: int | None
    said: str


class Hit:
    """A domain with its data known, on which one apply is hit."""

    def __init__(self, case: Case, scene: Scene, manifests: Path) -> None:
        self._case = case
        self._scene = scene
        self._oracle = Oracle(scene.domain)
        self._manifests = manifests
        self._active: dict[str, str] = {}
        self._crashes = 0
        head = HEAD.format(name=scene.domain.name) + ALLOW
        (manifests / "before.yaml").write_text(f"{head}snapshots: [{case.stage.before}]\n")
        (manifests / "after.yaml").write_text(f"{head}snapshots: [{case.stage.after}]\n")

    def run(self) -> Verdict:
        """Set up, hit, recover, judge. What holds libvirtd too long ends with libvirtd."""
        verdict = Verdict(self._case)
        self._set_up()
        was = before(self._scene, self._oracle)
        self._active = was.active
        judge = Judge(self._scene, self._oracle, was, self._manifests)
        watch = Timer(LONGEST, self._give_up, (verdict,))
        watch.start()
        chosen = blow(self._case.fault, self._scene)
        try:
            self._hit(verdict, chosen)
            if verdict.hit:
                self._recover(verdict)
                judge.judge(verdict, chosen)
                self._once_more(verdict, chosen)
                verdict.end += ", libvirtd crashed at its start" if self._crashes else ""
        except Exception:  # noqa: BLE001 - the run goes on, and this fault was not survived
            verdict.broken = verdict.hit = True
            verdict.add(Wrong.UNSETTLED, traceback.format_exc())
        finally:
            watch.cancel()
            chosen.lift()
        return verdict

    def _give_up(self, verdict: Verdict) -> None:
        verdict.add(Wrong.UNSETTLED, f"no end after {LONGEST} s")
        self._scene.domain.daemon.kill()

    def _set_up(self) -> None:
        if self._case.stage.state == "running":
            self._scene.domain.start()
        self._oracle.write()
        ran = self._run("apply", "--yes", self._manifests / "before.yaml")
        assert ran.code == 0, ran.out + ran.err
        self._oracle.learn(self._oracle.active())
        self._oracle.write()

    def _run(self, *arguments: str | Path) -> Ran:
        return self._scene.tool.run(*arguments)

    def _hit(self, verdict: Verdict, chosen: Blow) -> None:
        """The apply, and what becomes of the host while the cause is still there."""
        applied = self._apply(chosen)
        verdict.hit = applied.hit
        verdict.said.append(applied.said)
        if applied.code is None:
            verdict.add(Wrong.UNCLEAN, f"the apply does not end: {applied.said}")
        elif applied.code >= 0:
            self._clean("the apply", verdict, applied.code, applied.said)
        if applied.hit and is_early(self._case.fault):
            ran = self._noted(verdict, self._case.way, "--timeout", "5")
            self._clean(f"early {self._case.way}", verdict, ran.code, ran.out + ran.err)
        chosen.lift()
        if isinstance(chosen, Writing):
            verdict.said.append(f"somebody else: {', '.join(chosen.said)}\n")

    def _clean(self, what: str, verdict: Verdict, code: int, said: str) -> None:
        """Whatever happened, it ends as promised and says what is wrong."""
        if code not in CLEAN or "Traceback" in said:
            verdict.add(Wrong.UNCLEAN, f"{what} ended with {code}: {said}")
        named = "vd" in said or NOTHING in said
        if code and isinstance(self._case.fault, MoveImage) and not named:
            verdict.add(Wrong.UNCLEAN, f"{what} does not say what is wrong: {said}")

    def _apply(self, chosen: Blow) -> _Apply:
        """The apply is hit, or over first; a killed daemon is started again, as by systemd."""
        cut = isinstance(self._case.fault, Cut) and not self._case.fault.again
        patience = ("--timeout", "2" if cut else PATIENCE)
        arguments = ("apply", "--yes", *patience, self._manifests / "after.yaml")
        ours, theirs = socket.socketpair()
        with (
            ours,
            theirs,
            self._scene.tool.victim(self._case.fault.moment, theirs.fileno(), arguments) as victim,
        ):
            hit = self._watched(victim, ours, chosen)
            return _Apply(hit, victim.process.poll(), victim.said())

    def _watched(self, victim: Victim, bell: socket.socket, chosen: Blow) -> bool:
        """Strike when the bell rings; whether it hit anything before the apply was over."""
        daemon, hit = self._scene.domain.daemon, False
        deadline = time.monotonic() + SECONDS
        while victim.process.poll() is None and time.monotonic() < deadline:
            ready, _, _ = select.select([bell], [], [], POLL_SECONDS)
            if ready and bell.recv(1):
                hit = chosen.strike(victim)
                bell.send(b".")
            self._serve(daemon)
        return hit

    def _serve(self, daemon: Daemon) -> None:
        """Start libvirtd again, as systemd does, also where it ends by itself as it starts."""
        for _ in range(STARTS - 1):
            with suppress(LabError):
                return daemon.start()
            self._crashes += 1
        return daemon.start()

    def _noted(self, verdict: Verdict, *arguments: str) -> Ran:
        ran = self._run(*arguments)
        verdict.said.append(f"$ reconcile {' '.join(arguments)}\n{ran.out}{ran.err}")
        return ran

    def _recover(self, verdict: Verdict) -> None:
        """As asked; where there is no way back, forward."""
        way = self._case.way
        verdict.end = way
        ran = self._noted(verdict, way, "--timeout", PATIENCE)
        for _ in range(ASKED):
            if ran.code != 5 or not (did := self._as_told(ran.out)):
                break
            verdict.end = f"{did}, {verdict.end}"
            ran = self._noted(verdict, *self._decided(way, ran.out), "--timeout", PATIENCE)
        if ran.code == 1 and NOTHING in ran.err:
            verdict.end = "nothing to recover"
            return
        if ran.code == 5 and way == "rollback":
            verdict.end += ", no way back, resume"
            ran = self._noted(verdict, "resume", "--timeout", PATIENCE)
        if ran.code == 3 and way == "resume" and ends_guest(self._case.fault):
            verdict.end += ", the guest is gone, rollback"
            ran = self._noted(verdict, "rollback", "--timeout", PATIENCE)
        good = {0, 1, 3, 4} if isinstance(self._case.fault, SecondWriter) else {0, 1}
        if ran.code not in good:
            verdict.add(Wrong.UNSETTLED, f"{verdict.end} ended with {ran.code}: {ran.out}{ran.err}")

    def _as_told(self, said: str) -> str:
        """What the tool asks an administrator to do, somebody does."""
        domain = self._scene.domain
        if command := STOPPED.search(said):
            domain.daemon.kill()
            domain.daemon.run("sh", "-c", command[1])
            domain.daemon.start()
            return "a lost start removed"
        if "restart it" in said:
            domain.daemon.restart()
            return "libvirtd restarted"
        if "end that process" in said and (pid := domain.qemu_pid) is not None:
            os.kill(pid, signal.SIGKILL)
            time.sleep(POLL_SECONDS * 10)
            return LOST_QEMU
        if "virsh managedsave" in said:
            domain.daemon.virsh("managedsave", domain.name)
            domain.daemon.virsh("start", domain.name)
            return "the guest saved and started"
        return BY_DAEMON if "--keep" in said else ""

    def _decided(self, way: str, said: str) -> tuple[str, ...]:
        """Who looks at both images sees which one holds what the guest had."""
        if "--keep" not in said:
            return (way,)
        right = self._oracle.active() == self._active
        return ("resume", "--keep", "overlay" if right else "base")

    def _once_more(self, verdict: Verdict, chosen: Blow) -> None:
        """After somebody else: applied anew it is as declared, or refused, and all is there."""
        if not isinstance(chosen, Writing):
            return
        ran = self._noted(verdict, "apply", "--yes", str(self._manifests / "after.yaml"))
        self._clean("the second apply", verdict, ran.code, ran.out + ran.err)
        if ran.code not in {0, 3}:
            verdict.add(Wrong.UNSETTLED, f"applied again: {ran.out}{ran.err}")
        verdict.add(Wrong.LOST, *(f"{name} of {t}, anew" for name, t in self._oracle.wrong()))
