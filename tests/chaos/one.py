"""One case from nothing to its verdict, on a daemon that survives even what is stuck."""

import itertools
import os
import signal
import tempfile
import traceback
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final, Self

import libvirt

from tests.chaos.blows import scene
from tests.chaos.cases import Case
from tests.chaos.faults import Deny, FillDisk
from tests.chaos.hit import DISKS, Hit
from tests.chaos.judge import Verdict, Wrong
from tests.lab.daemon import Daemon
from tests.lab.domain import Domain, define
from tests.lab.errors import LabError
from tests.lab.releases import Release, is_root

NUMBERS: Final = itertools.count(1)


def one(daemon: Daemon, case: Case) -> Verdict | None:
    """The fault, its recovery and the verdict; None where this release cannot do the stage."""
    daemon.start()
    domain = define(daemon, f"x{os.getpid()}-{next(NUMBERS)}", DISKS)
    verdict = None
    try:
        if _possible(case, domain):
            verdict = _hit(case, domain)
    finally:
        removed = _removed(domain)
    if verdict is not None and not removed:
        verdict.broken = True
    return verdict


def _hit(case: Case, domain: Domain) -> Verdict:
    with tempfile.TemporaryDirectory() as folder:
        state, manifests = Path(folder, "state"), Path(folder, "manifests")
        state.mkdir()
        manifests.mkdir()
        os.environ["XDG_STATE_HOME"] = str(state)
        with scene(case.stage, domain, case.fault, state) as at:
            return Hit(case, at, manifests).run()


def _possible(case: Case, domain: Domain) -> bool:
    """Old releases cannot revert to external snapshots, and only root may mount and deny."""
    if isinstance(case.fault, FillDisk | Deny) and not is_root():
        return False
    reverts = case.stage.reverts and case.stage.external
    return not reverts or domain.daemon.reverts_external


def _removed(domain: Domain) -> bool:
    """Whether it is gone: libvirtd may hold it for a job that nobody works on."""
    domain.daemon.start()
    for mend in (None, domain.daemon.restart, partial(_ended, domain)):
        if mend is not None:
            mend()
        with suppress(libvirt.libvirtError, LabError):
            domain.remove()
            return True
    return False


def _ended(domain: Domain) -> None:
    if (pid := domain.qemu_pid) is not None:
        os.kill(pid, signal.SIGKILL)
    domain.daemon.restart()


class Lab:
    """A daemon for many cases; where one breaks it, the next have a new one."""

    def __init__(self, release: Release) -> None:
        self._release = release
        self._daemon = Daemon(release)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._daemon.close()

    def one(self, case: Case) -> Verdict | None:
        """The verdict, whatever happens."""
        verdict: Verdict | None
        try:
            verdict = one(self._daemon, case)
        except Exception:  # noqa: BLE001 - the run goes on, and this fault was not survived
            verdict = Verdict(case, hit=True, end="the harness gave up", broken=True)
            verdict.add(Wrong.UNSETTLED, traceback.format_exc())
        if verdict and verdict.broken:
            self._daemon.close()
            self._daemon = Daemon(self._release)
        return verdict
