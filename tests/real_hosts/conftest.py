"""Fixtures: a domain with one small disk, on the shared daemons or on one of its own."""

from pathlib import Path

import pytest

from tests.lab.daemon import Daemon
from tests.lab.disk import Disk
from tests.lab.domain import define
from tests.lab.fixtures import MakeDomain
from tests.real_hosts.subject import Subject

SMALL = Disk(mib=1)


@pytest.fixture
def subject(make_domain: MakeDomain, tmp_path: Path) -> Subject:
    """A domain with one small disk, off, without snapshots."""
    return Subject(make_domain([SMALL]), tmp_path)


@pytest.fixture
def lone_subject(lone_daemon: Daemon, tmp_path: Path) -> Subject:
    """The same on a daemon of the test's own."""
    return Subject(define(lone_daemon, "guest", [SMALL]), tmp_path)
