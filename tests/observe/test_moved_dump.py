"""A full dump on its way to another host: every path moved, nothing that people wrote."""

from dataclasses import replace

import pytest

from reconcile.libvirt.xml.moved_dump import moved_dump, of_domain
from reconcile.libvirt.xml.snapshot_read import read_dump
from reconcile.model.host import ANY_DOMAIN
from reconcile.plan.dump_definition import foreign
from tests.observe.test_dump_check import WHOLE
from tests.rules.notation import disk, domain

DUMP = WHOLE.replace("'/a.qcow2'", "'/images/web/vda.qcow2'").replace(
    "<memory snapshot='no'/>",
    "<description>/images/web is where it lies</description>"
    "<memory snapshot='no'/>"
    "<inactiveDomain><name>web01</name><uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid>"
    "<devices/></inactiveDomain>",
)
HERE = "7795eb01-f6a4-8304-79aa-97f2502e193f"


@pytest.mark.parametrize(
    ("path_map", "file"),
    [
        ([("/images", "/srv")], "/srv/web/vda.qcow2"),
        ([("/images", "/srv"), ("/images/web", "/fast")], "/fast/vda.qcow2"),
        ([("/images/web/vda.qcow2", "/dev/vg/vda")], "/dev/vg/vda"),
        ([("/image", "/srv")], "/images/web/vda.qcow2"),
    ],
)
def test_paths_are_moved_whole(path_map: list[tuple[str, str]], file: str) -> None:
    dump = read_dump(moved_dump(DUMP, path_map))
    assert dump.snapshot.base_file("vda") == file
    assert dump.snapshot.description == "/images/web is where it lies"
    assert dump.domain == ANY_DOMAIN
    assert dump.is_of(HERE)


def test_external_memory_belongs_to_its_domain() -> None:
    """libvirt holds the UUID in the memory file against the domain's."""
    outside = "<memory snapshot='external' file='/images/web/base.mem'/>"
    with_memory = DUMP.replace("<memory snapshot='no'/>", outside)
    dump = read_dump(moved_dump(with_memory, [("/images", "/srv")]))
    assert dump.snapshot.memory.file == "/srv/web/base.mem"
    assert not dump.is_of(HERE)


def test_the_domain_of_the_host_is_put_in() -> None:
    sent = of_domain(moved_dump(DUMP, [("/images", "/srv")]), HERE, "web02")
    assert sent.count(HERE) == 2
    assert sent.count("<name>web02</name>") == 2
    assert of_domain(DUMP, HERE, "web02") == DUMP  # any other dump is as it was


def test_a_moved_dump_is_held_against_the_domain_too() -> None:
    """Whoever may write the nil UUID may still name no program that the domain does not."""
    text = moved_dump(DUMP, [("/images/web", "/images")])
    there = domain(replace(disk(), path="/images/vda.qcow2"))
    assert foreign(there, read_dump(text).snapshot, ()) is None
    forged = text.replace("<devices>", "<devices><emulator>/tmp/evil</emulator>", 1)
    assert foreign(there, read_dump(forged).snapshot, ()) is not None
