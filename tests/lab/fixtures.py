"""The lab as pytest fixtures for `tests/conftest.py`: `lab`, `lone_daemon`, `make_domain`.

A test that asks for `lab` runs once per release. Where a release cannot be started the test fails:
a lab that is missing must never look like a lab that agrees.
"""

import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Final, Protocol

import libvirt
import pytest

from tests.lab.daemon import Daemon
from tests.lab.disk import VDA, Disk
from tests.lab.domain import MEMORY_MIB, Domain, Machine, define
from tests.lab.releases import RELEASES, Release, lab_dir, possible, wanted

NUMBERS: Final = itertools.count(1)
Daemons = Callable[[Release], Daemon]


class MakeDomain(Protocol):
    """Defines a domain with a name of its own, removed after the test."""

    def __call__(
        self,
        disks: Sequence[Disk] = ...,
        *,
        machine: Machine = ...,
        memory_mib: int = ...,
    ) -> Domain:
        """Create the images of the disks and define the domain, shut off."""
        ...


def pytest_configure() -> None:
    # libvirt prints every error by itself, also those that a test expects.
    libvirt.registerErrorHandler(_say_nothing, None)


def pytest_report_header() -> str:
    if len(possible()) < len(RELEASES):
        return "lab: only the machine's own libvirt, as the other releases need root"
    return f"lab: {', '.join(release.name for release in RELEASES)} in {lab_dir()}"


@pytest.fixture(scope="session")
def daemons() -> Iterator[Daemons]:
    """One running daemon per release and test process, started when first asked for."""
    with ExitStack() as stack:
        running: dict[str, Daemon] = {}

        def daemon_of(release: Release) -> Daemon:
            if release.name not in running:
                running[release.name] = stack.enter_context(Daemon(release))
            daemon = running[release.name]
            daemon.start()  # a test before may have killed it
            return daemon

        yield daemon_of


@pytest.fixture(params=wanted(), ids=lambda release: release.name)
def lab(request: pytest.FixtureRequest, daemons: Daemons) -> Daemon:
    """The shared daemon of one release; a test that uses it runs on every release."""
    return daemons(request.param)


@pytest.fixture(params=wanted(), ids=lambda release: release.name)
def lone_daemon(request: pytest.FixtureRequest) -> Iterator[Daemon]:
    """A daemon of the test's own, which may crash; the test runs on every release."""
    release: Release = request.param
    with Daemon(release) as daemon:
        yield daemon


@pytest.fixture
def make_domain(lab: Daemon) -> Iterator[MakeDomain]:
    """Makes domains on the lab's daemon, with names no other test has."""
    with ExitStack() as stack:

        def make(
            disks: Sequence[Disk] = (VDA,),
            *,
            machine: Machine = "pc",
            memory_mib: int = MEMORY_MIB,
        ) -> Domain:
            name = f"lab-{os.getpid()}-{next(NUMBERS)}"
            domain = define(lab, name, disks, machine=machine, memory_mib=memory_mib)
            stack.callback(_remove, domain)
            return domain

        yield make


def _remove(domain: Domain) -> None:
    domain.daemon.start()
    domain.remove()


def _say_nothing(_context: None, _error: object) -> None:
    """Take libvirt's error and leave it to the exception that follows."""
