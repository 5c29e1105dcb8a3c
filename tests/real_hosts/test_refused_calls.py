"""Calls that libvirt answers with an error, where the host's files cannot be seen from here.

Then libvirt's state alone tells what became of the call: nothing stays open in a journal.
"""

import shutil

from tests.lab import skips
from tests.lab.elsewhere import another_machine, over_tcp
from tests.real_hosts.subject import Keys, Subject

pytestmark = skips.needs_root("it has namespaces of its own")

WITHOUT_B: Keys = {"snapshots": [{"name": "a"}]}
NEXT: Keys = {"snapshots": [{"name": "next", "disks": {"vda": "external"}}]}
STARTED: Keys = {
    "snapshots": [{"name": "s"}],
    "current": {"snapshot": "s", "revert": "always", "run-state": "running"},
}


def test_a_delete_that_libvirt_refuses_is_not_taken_for_half_done(lone_subject: Subject) -> None:
    lone_subject.external("a", "b")
    lone_subject.write()
    there = another_machine(lone_subject.daemon)
    with over_tcp(lone_subject.daemon) as lone_subject.uri:
        base = there.there(lone_subject.file("vda.a"))
        away = base.rename(base.with_name("away"))
        before = lone_subject.look()
        failed = lone_subject.apply(WITHOUT_B)
        assert failed.code == 1, failed.out + failed.err
        assert lone_subject.look() == before
        away.rename(base)
        held = lone_subject.now()
        lone_subject.applied(WITHOUT_B)
        assert (list(lone_subject.names()), lone_subject.now()) == (["a"], held)


def test_a_file_in_the_way_is_named_with_what_to_do_about_it(lone_subject: Subject) -> None:
    """No plan can show it, so that looking at the plan is no advice."""
    there = another_machine(lone_subject.daemon)
    overlay = there.there(lone_subject.file("vda.next"))
    shutil.copy(there.there(lone_subject.file("vda.qcow2")), overlay)
    with over_tcp(lone_subject.daemon) as lone_subject.uri:
        failed = lone_subject.apply(NEXT)
        assert failed.code == 1, failed.out + failed.err
        assert str(lone_subject.file("vda.next")) in failed.out
        assert "remove that file on the host" in failed.out
        overlay.unlink()
        lone_subject.applied(NEXT)


def test_a_revert_that_libvirt_has_half_done_stays_open_for_nobody(lone_subject: Subject) -> None:
    """The disks are back, but the domain is not started: its medium is gone, unseen from here."""
    medium = lone_subject.file("medium.img")
    medium.write_bytes(bytes(1024 * 1024))
    lone_subject.add_device(
        f"<disk type='file' device='cdrom'><source file='{medium}'/>"
        "<target dev='hda' bus='ide'/><readonly/></disk>"
    )
    lone_subject.internal("s")
    lone_subject.write()
    there = another_machine(lone_subject.daemon)
    away = there.there(medium).rename(there.folder / "away")
    with over_tcp(lone_subject.daemon) as lone_subject.uri:
        failed = lone_subject.apply(STARTED)
        assert failed.code == 1, failed.out + failed.err
        assert (lone_subject.domain.state, lone_subject.now()) == (
            "shutoff",
            lone_subject.held["s"],
        )
        assert "put that file back" in failed.out
        away.rename(there.there(medium))
        lone_subject.applied(STARTED)
        assert lone_subject.domain.state == "running"


def test_a_revert_that_stopped_the_guest_stays_open_for_nobody(lone_subject: Subject) -> None:
    medium = lone_subject.file("medium.img")
    medium.write_bytes(bytes(1024 * 1024))
    lone_subject.add_device(
        f"<disk type='file' device='cdrom'><source file='{medium}'/>"
        "<target dev='hda' bus='ide'/><readonly/></disk>"
    )
    there = another_machine(lone_subject.daemon)
    lone_subject.domain.start()
    lone_subject.internal("s")
    lone_subject.write()
    away = there.there(medium).rename(there.folder / "away")
    with over_tcp(lone_subject.daemon) as lone_subject.uri:
        failed = lone_subject.apply(STARTED)
        assert failed.code == 1, failed.out + failed.err
        assert "the domain is shutoff, not running" in failed.out
        assert lone_subject.domain.state == "shutoff"
        away.rename(there.there(medium))
        lone_subject.applied(STARTED)
        assert lone_subject.now() == lone_subject.held["s"]
