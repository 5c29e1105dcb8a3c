"""Faults that happen: each is struck at its moment, and lifted after the apply."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from tests.chaos import small
from tests.chaos.faults import (
    AtRecord,
    BeforeCall,
    Cut,
    CutPower,
    Deny,
    Fault,
    FillDisk,
    KillDaemon,
    KillGuest,
    KillTool,
    MoveImage,
    SecondWriter,
)
from tests.chaos.proxy import Proxy
from tests.chaos.stages import Stage
from tests.chaos.tool import Tool, Victim
from tests.harness.transcript import ROOT
from tests.lab.cell import Namespace
from tests.lab.domain import Domain

SECONDS: Final = 60
AWAY: Final = "away"
STATUS: Final = ("run/libvirt/qemu", "r/libvirt/qemu/run")
"""Where libvirtd keeps what it knows of guests that run: the system's, and a user's."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Where it happens: `folder` is the domain's, as it is seen from here."""

    stage: Stage
    domain: Domain
    folder: Path
    tool: Tool
    proxy: Proxy | None = None

    def images(self) -> list[Path]:
        """The images in the folder, by name."""
        return sorted(path for path in self.folder.iterdir() if path.suffix != ".mem")


class Blow(Protocol):
    """One fault, ready to happen."""

    def strike(self, victim: Victim) -> bool:
        """Let it happen; whether there was anything to hit."""

    def lift(self) -> None:
        """Take back what stays until somebody mends it. Once is enough, and never does harm."""


@contextmanager
def scene(stage: Stage, domain: Domain, fault: Fault, state: Path) -> Iterator[Scene]:
    """The domain, with what the fault needs around it."""
    uri = domain.daemon.uri
    match fault:
        case FillDisk():
            cell = domain.daemon.cell
            assert isinstance(cell, Namespace)  # else it is not possible
            with small.small(domain) as folder:
                yield Scene(stage, domain, folder, Tool(uri, state, cell))
        case Cut():
            with Proxy(domain.daemon) as proxy:
                yield Scene(stage, domain, domain.folder, Tool(proxy.uri, state), proxy)
        case _:
            yield Scene(stage, domain, domain.folder, Tool(uri, state))


def blow(fault: Fault, at: Scene) -> Blow:
    """The fault in its scene, before the apply begins."""
    match fault:
        case KillTool() | KillDaemon() | KillGuest():
            return Killing(fault, at)
        case CutPower():
            return CuttingPower(at)
        case FillDisk():
            return Filling(fault, at)
        case MoveImage():
            return Moving(fault, at, tuple(at.images()))
        case Deny():
            return Denying(fault, at)
        case SecondWriter():
            return Writing(fault, at)
        case Cut():
            return Cutting(fault, at)


@dataclass(slots=True)
class Killing:
    """A process is gone."""

    fault: KillTool | KillDaemon | KillGuest
    at: Scene

    def strike(self, victim: Victim) -> bool:
        pid = self._pid(victim)
        if pid is None:
            return False
        os.kill(pid, signal.SIGKILL)
        return True

    def _pid(self, victim: Victim) -> int | None:
        match self.fault:
            case KillTool():
                return victim.process.pid
            case KillDaemon():
                return self.at.domain.daemon.pid
            case KillGuest():
                return self.at.domain.qemu_pid

    def lift(self) -> None:
        self.at.domain.daemon.start()


@dataclass(slots=True)
class CuttingPower:
    """All that runs stops at the same time; what libvirt knew of it was in memory, and is gone."""

    at: Scene

    def strike(self, victim: Victim) -> bool:
        domain, daemon = self.at.domain, self.at.domain.daemon
        guest = domain.qemu_pid  # takes a moment, the kills do not
        daemon.kill()
        for pid in (victim.process.pid, guest or domain.qemu_pid):
            if pid is not None:
                os.kill(pid, signal.SIGKILL)
        for folder in STATUS:
            for path in (daemon.cell.outside / folder).glob(f"{domain.name}.*"):
                path.unlink()
        return True

    def lift(self) -> None:
        self.at.domain.daemon.start()


@dataclass(slots=True)
class Filling:
    """The disk is full, until somebody makes room."""

    fault: FillDisk
    at: Scene

    def strike(self, victim: Victim) -> bool:  # noqa: ARG002 - as all blows
        small.fill(self.at.folder, self.fault.left_kib)
        return True

    def lift(self) -> None:
        small.make_room(self.at.folder)


@dataclass(slots=True)
class Moving:
    """An image is away, until somebody puts it back."""

    fault: MoveImage
    at: Scene
    images: tuple[Path, ...]

    @property
    def image(self) -> Path:
        """The one that is moved."""
        return self.images[self.fault.index % len(self.images)]

    @property
    def _away(self) -> Path:
        return self.at.domain.daemon.data / f"{self.at.domain.name}.{AWAY}"

    def strike(self, victim: Victim) -> bool:  # noqa: ARG002 - as all blows
        if not self.image.exists():
            return False  # the plan is to remove it, and did so
        self.image.rename(self._away)
        return True

    def lift(self) -> None:
        """Where another file has its name meanwhile, it stays away, and is found missing."""
        if self._away.exists() and not self.image.exists():
            self._away.rename(self.image)


@dataclass(slots=True)
class Denying:
    """Something is immutable, until somebody allows it again."""

    fault: Deny
    at: Scene
    denied: Path | None = None

    def strike(self, victim: Victim) -> bool:  # noqa: ARG002 - as all blows
        self.denied = self._chosen()
        if self.denied is None:
            return False
        _chattr("+i", self.denied)
        return True

    def _chosen(self) -> Path | None:
        match self.fault.what:
            case "folder":
                return self.at.folder
            case "image":
                images = self.at.images()
                return images[self.fault.index % len(images)]
            case "journal":
                found = sorted(self.at.tool.state.rglob("*.jsonl"), key=os.path.getmtime)
                return found[-1] if found else None

    def lift(self) -> None:
        if self.denied is not None and self.denied.exists():
            _chattr("-i", self.denied)


@dataclass(slots=True)
class Writing:
    """Somebody else works on the domain, until the apply is over."""

    fault: SecondWriter
    at: Scene
    said: list[str] = field(default_factory=list)
    process: "subprocess.Popen[str]" = field(init=False)

    def __post_init__(self) -> None:
        stage, domain = self.at.stage, self.at.domain
        kind = "internal" if not stage.external else "branched" if stage.reverts else "external"
        words = (str(self.fault.seed), domain.daemon.uri, domain.name, kind, stage.state)
        self.process = subprocess.Popen(
            (sys.executable, "-m", "tests.chaos.writer", *words),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def strike(self, victim: Victim) -> bool:  # noqa: ARG002 - as all blows
        """He begins; where the apply waits, it does until he has done something."""
        assert self.process.stdin is not None  # both are pipes
        assert self.process.stdout is not None
        self.process.stdin.write("!")
        self.process.stdin.flush()
        if isinstance(self.fault.moment, AtRecord | BeforeCall):
            self.said.append(self.process.stdout.readline().strip())
        return True

    def lift(self) -> None:
        if self.process.returncode is None:
            said, _ = self.process.communicate(timeout=SECONDS)
            self.said += said.splitlines()

    @property
    def made(self) -> frozenset[str]:
        """His snapshots that must be there."""
        names = [each.split() for each in self.said]
        made = {words[1] for words in names if words[:1] == ["made"]}
        return frozenset(made - {words[1] for words in names if words[:1] == ["dropped"]})


@dataclass(slots=True)
class Cutting:
    """Nobody reaches libvirtd, for a moment or until the apply is over."""

    fault: Cut
    at: Scene

    def strike(self, victim: Victim) -> bool:  # noqa: ARG002 - as all blows
        assert self.at.proxy is not None  # its scene has one
        return self.at.proxy.cut(again=self.fault.again)

    def lift(self) -> None:
        assert self.at.proxy is not None  # its scene has one
        self.at.proxy.mend()


def _chattr(change: str, path: Path) -> None:
    subprocess.run(("chattr", change, str(path)), check=True, timeout=SECONDS)
