"""Fixtures of the traps: `guest` on the shared daemons, `lone_guest` where the daemon may die."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.daemon import Daemon
from tests.lab.disk import Disk
from tests.lab.domain import define
from tests.lab.fixtures import MakeDomain
from tests.real_hosts.subject import Subject
from tests.traps.guest import Guest
from tests.traps.naive import Neighbours

NUMBERS = itertools.count(1)
SMALL = Disk("vda", mib=1)


@pytest.fixture
def guest(make_domain: MakeDomain, tmp_path: Path) -> Guest:
    """A domain with one small disk, off, without snapshots."""
    return Guest(make_domain([SMALL]), tmp_path)


@pytest.fixture
def guest_with_two_disks(make_domain: MakeDomain, tmp_path: Path) -> Guest:
    """The same with a second disk, vdb."""
    return Guest(make_domain([SMALL, Disk("vdb", mib=1)]), tmp_path)


@pytest.fixture
def lone_guest(lone_daemon: Daemon, tmp_path: Path) -> Guest:
    """A domain with one small disk on a daemon that may crash."""
    return Guest(define(lone_daemon, f"lone-{next(NUMBERS)}", [SMALL]), tmp_path)


@pytest.fixture
def subject(make_domain: MakeDomain, tmp_path: Path) -> Subject:
    """A domain with one small disk, off, for what people do to its images."""
    return Subject(make_domain([SMALL]), tmp_path)


@pytest.fixture
def neighbours(lab: Daemon) -> Iterator[Neighbours]:
    """A host for several domains, without any."""
    folder = lab.data / f"neighbours-{next(NUMBERS)}"
    folder.mkdir()
    made = Neighbours(lab, folder)
    yield made
    made.close()
