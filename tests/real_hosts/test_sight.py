"""Files that are not this machine's, whatever the way to the host looks like.

In each test the host's files lie elsewhere, and this machine has files of the same names and of
the same content: none of these is touched, removed, or called the host's.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.lab import skips
from tests.lab.daemon import Daemon
from tests.lab.elsewhere import Apart, another_machine, apart, forwarded, over_tcp
from tests.real_hosts.subject import Keys, Subject

pytestmark = skips.needs_root("it has namespaces of its own")

NEXT: Final[Keys] = {"snapshots": [{"name": "next"}]}
NEXT_EXTERNAL: Final[Keys] = {"snapshots": [{"name": "next", "disks": {"vda": "external"}}]}
Place = Callable[[Subject], AbstractContextManager[Apart]]


@contextmanager
def in_a_container(subject: Subject) -> Iterator[Apart]:
    """libvirtd runs on this machine's kernel, in a mount namespace of its own."""
    yield apart(subject.daemon)


@contextmanager
def behind_a_forwarded_socket(subject: Subject) -> Iterator[Apart]:
    """libvirtd runs on another machine, and its socket is forwarded to one here."""
    found = another_machine(subject.daemon)
    with forwarded(subject.daemon) as subject.uri:
        yield found


@contextmanager
def in_a_container_behind_a_forwarded_socket(subject: Subject) -> Iterator[Apart]:
    """The same kernel, other files, and whoever listens on the socket is not libvirtd."""
    found = apart(subject.daemon)
    with forwarded(subject.daemon) as subject.uri:
        yield found


@contextmanager
def over_a_network(subject: Subject) -> Iterator[Apart]:
    """The URI says it."""
    found = another_machine(subject.daemon)
    with over_tcp(subject.daemon) as subject.uri:
        yield found


PLACES: Final = (
    in_a_container,
    behind_a_forwarded_socket,
    in_a_container_behind_a_forwarded_socket,
    over_a_network,
)
each_place = pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)


def contents(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir()}


@each_place
def test_the_overlay_of_this_machine_stays_when_the_hosts_is_merged(
    lone_subject: Subject, place: Place
) -> None:
    lone_subject.external("b")
    lone_subject.write()
    with place(lone_subject) as there:
        here, before = contents(lone_subject.domain.folder), lone_subject.now()
        applied = lone_subject.apply(NEXT_EXTERNAL)
        assert applied.code == 0, applied.out + applied.err
        assert contents(lone_subject.domain.folder) == here
        assert "removed the file" not in applied.out + applied.err
        assert not there.there(lone_subject.file("vda.b")).exists()
        assert (list(lone_subject.names()), lone_subject.now()) == (["next"], before)


@each_place
def test_the_image_of_this_machine_is_not_called_the_hosts(
    lone_subject: Subject, place: Place
) -> None:
    lone_subject.internal("b")
    lone_subject.write()
    with place(lone_subject):
        here = contents(lone_subject.domain.folder)
        applied = lone_subject.apply(NEXT)
        assert applied.code == 0, applied.out + applied.err
        assert contents(lone_subject.domain.folder) == here
        assert "qemu-img" not in applied.out + applied.err
        assert list(lone_subject.names()) == ["next"]


@each_place
def test_snapshots_whose_images_are_not_here_at_all_are_kept_up(
    lone_subject: Subject, place: Place
) -> None:
    lone_subject.internal("a", "b")
    lone_subject.write()
    with place(lone_subject):
        for file in lone_subject.domain.folder.iterdir():
            file.unlink()
        lone_subject.applied({"snapshots": [{"name": "a"}], "current": "a"})
        assert (list(lone_subject.names()), lone_subject.now()) == (["a"], lone_subject.held["a"])


@each_place
def test_nothing_here_makes_a_plan_for_the_host_differ(lone_subject: Subject, place: Place) -> None:
    """A file here that the host does not have is in nobody's way; one that it has is not missed."""
    lone_subject.external("b")
    with place(lone_subject):
        lone_subject.file("vda.next").write_bytes(b"this machine's")
        lone_subject.file("vda.qcow2").unlink()
        planned = lone_subject.plan({"snapshots": [{"name": "b"}]})
        assert (planned.code, planned.actions, planned.refused) == (0, (), frozenset()), planned
        assert "-gone" not in planned.warnings, planned.warnings
        planned = lone_subject.plan({"snapshots": [{"name": "b", "children": [{"name": "next"}]}]})
        assert not planned.codes & {"file-exists", "file-missing"}, planned


def test_one_host_by_two_ways_is_one_host(lone_subject: Subject) -> None:
    """One domain in two manifests is an error, however each of them names the host."""
    daemon: Daemon = lone_subject.daemon
    lone_subject.run("plan", keys=NEXT)
    first = lone_subject.folder / "manifest.yaml"
    with over_tcp(daemon) as uri:
        text = first.read_text().replace('"prune"', f'"connect": "{uri}", "prune"', 1)
        (lone_subject.folder / "second.yaml").write_text(text)
        ran = lone_subject.run("plan", str(lone_subject.folder / "second.yaml"), keys=NEXT)
    assert ran.code == 1, ran.out + ran.err
    assert "second.yaml" in ran.out + ran.err
