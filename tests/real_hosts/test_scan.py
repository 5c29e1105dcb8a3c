"""Domains that no manifest declares, and that come and go while the host is scanned for images.

They are skipped where they vanish, and none of them stops a plan or an apply.
"""

from collections.abc import Callable
from typing import Final

import libvirt
import pytest

from reconcile.libvirt.domain import DomainHandle
from tests.lab.disk import Disk
from tests.lab.domain import UNDEFINE_ALL, Domain, define
from tests.lab.errors import LabError
from tests.real_hosts.subject import Keys, Subject

NEXT: Final[Keys] = {"snapshots": [{"name": "next", "disks": {"vda": "external"}}]}
NOTHING: Final[Keys] = {"snapshots": [{"name": "other", "disks": {"vda": "external"}}]}
READS: Final = ("xml", "snapshot_xml", "process")
"""What is read of a domain that no plan is about."""


def vanishing(
    monkeypatch: pytest.MonkeyPatch, name: str, read: str, go: Callable[[], None]
) -> None:
    """Somebody removes the domain right before this is read of it."""
    before = getattr(DomainHandle, read)

    def removed_first(handle: DomainHandle) -> object:
        if handle.id.name == name:
            go()
        return before(handle)

    monkeypatch.setattr(DomainHandle, read, removed_first)


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("snapshot", [False, True], ids=["bare", "with a snapshot"])
def test_a_domain_that_vanishes_while_the_host_is_scanned_is_skipped(
    subject: Subject, monkeypatch: pytest.MonkeyPatch, read: str, snapshot: bool
) -> None:
    other = define(subject.daemon, f"{subject.domain.name}-other", [Disk(mib=1)])
    if snapshot:
        Subject(other, subject.folder).external("theirs")
    vanishing(monkeypatch, other.name, read, lambda: _undefined(other))
    planned = subject.plan(NEXT)
    assert (planned.code, planned.actions) == (0, ("create next",)), planned
    monkeypatch.undo()
    assert other.name not in subject.daemon.virsh("list", "--all", "--name").split()
    subject.applied(NEXT)


@pytest.mark.parametrize("read", READS)
def test_a_domain_that_vanishes_while_a_plan_is_applied_is_skipped(
    subject: Subject, monkeypatch: pytest.MonkeyPatch, read: str
) -> None:
    """Also between the plan and the look before the call."""
    other = define(subject.daemon, f"{subject.domain.name}-other", [Disk(mib=1)])
    subject.external("b")
    subject.write()
    before = subject.now()
    vanishing(monkeypatch, other.name, read, lambda: _undefined(other))
    applied = subject.apply(NEXT)
    assert applied.code == 0, applied.out + applied.err
    assert (list(subject.names()), subject.now()) == (["next"], before)


def test_a_domain_whose_images_are_gone_stops_no_plan(subject: Subject) -> None:
    other = define(subject.daemon, f"{subject.domain.name}-other", [Disk(mib=1)])
    theirs = Subject(other, subject.folder)
    theirs.external("theirs")
    for file in theirs.domain.folder.iterdir():
        file.unlink()
    try:
        subject.applied(NEXT)
        subject.applied(NOTHING)
    finally:
        other.remove()


def _undefined(domain: Domain) -> None:
    try:
        with domain.handle() as handle:
            handle.undefineFlags(UNDEFINE_ALL)
    except (LabError, libvirt.libvirtError):
        pass  # it is gone already
