"""What `doctor` finds on real hosts: chains changed by hand, leftovers, what stands in the way."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.harness.command import reconcile
from tests.harness.schemas import validated
from tests.real_hosts.subject import Subject
from tests.real_hosts.test_chains import TOLD, Hand, hands_of


@dataclass(frozen=True, slots=True)
class Said:
    """What doctor said of one domain."""

    code: int
    findings: frozenset[tuple[str, str]]
    """Codes with the subjects of the findings."""
    ways: tuple[str, ...]
    refused: frozenset[str]
    """The kinds of snapshots that cannot be taken now."""
    whole: dict[str, Any] = field(repr=False)

    @property
    def codes(self) -> set[str]:
        return {code for code, _ in self.findings}


def doctor(subject: Subject, *options: str) -> Said:
    """Ask for the domain alone, as JSON that the schema allows; nothing is changed by it."""
    before = (subject.look(), subject.now())
    words = ("doctor", subject.domain.name, "--format", "json", *options)
    ran = reconcile(*words, uri=f"{subject.daemon.uri}-ro")
    assert (subject.look(), subject.now()) == before
    assert ran.err == ""
    whole = json.loads(ran.out)
    validated("doctor-v1", whole)
    (domain,) = whole["domains"]
    found = [*whole["findings"], *domain["findings"]]
    return Said(
        ran.code,
        frozenset((each["code"], each["subject"]) for each in found),
        tuple(each["way"] for each in found),
        frozenset(each["ability"] for each in domain["abilities"] if not each["possible"]),
        whole,
    )


def test_a_sound_domain(subject: Subject) -> None:
    subject.external("base")
    subject.write()
    said = doctor(subject)
    assert (said.code, said.findings, said.refused) == (0, frozenset(), frozenset())
    ran = reconcile("doctor", subject.domain.name, uri=f"{subject.daemon.uri}-ro")
    assert "No findings." in ran.out


@hands_of(*TOLD)
def test_a_chain_changed_by_hand(subject: Subject, hand: Hand) -> None:
    """Everything that a plan tells of it, too."""
    hand(subject)
    said = doctor(subject)
    assert said.code == 2
    assert said.codes >= TOLD[hand]


def unknown_tag(subject: Subject) -> tuple[str, str]:
    """Metadata of an internal snapshot that was lost."""
    subject.internal("base")
    subject.virsh("snapshot-delete", "base", "--metadata")
    return "tag-unknown", "disk vda"


def unknown_overlay(subject: Subject) -> tuple[str, str]:
    """An overlay made by hand, and left."""
    left, base = subject.file("left.qcow2"), subject.domain.source("vda")
    subject.image("create", "-f", "qcow2", "-F", "qcow2", "-b", str(base), str(left))
    return "overlay-unknown", str(left)


def unknown_memory(subject: Subject) -> tuple[str, str]:
    """A memory image whose snapshot was forgotten."""
    subject.domain.start()
    subject.with_memory("base")
    subject.domain.destroy()
    subject.virsh("snapshot-delete", "base", "--metadata")
    return "memory-unknown", f"{subject.file('base')}.mem"


def managed_save(subject: Subject) -> tuple[str, str]:
    """A guest that was saved and not started again."""
    subject.domain.start()
    subject.virsh("managedsave")
    return "managed-save", ""


def external_below_internal(subject: Subject) -> tuple[str, str]:
    """An external snapshot that nobody can delete before its internal parent."""
    subject.internal("base")
    subject.external("over")
    return "external-internal-parent", "over"


def clone(subject: Subject) -> tuple[str, str]:
    """A linked clone of the disk, in a domain of its own."""
    overlay, base = subject.file("clone.qcow2"), subject.domain.source("vda")
    subject.image("create", "-f", "qcow2", "-F", "qcow2", "-b", str(base), str(overlay))
    xml = subject.file("clone.xml")
    name = f"{subject.domain.name}-clone"
    xml.write_text(
        f"<domain type='qemu'><name>{name}</name><memory>32768</memory>"
        "<os><type arch='x86_64'>hvm</type></os><devices><disk type='file' device='disk'>"
        f"<driver name='qemu' type='qcow2'/><source file='{overlay}'/>"
        "<target dev='vda' bus='virtio'/></disk></devices></domain>"
    )
    subject.daemon.virsh("define", str(xml))
    return "image-shared", "disk vda"


def deep(subject: Subject) -> tuple[str, str]:
    """A chain of twelve images."""
    subject.external(*(f"s{number}" for number in range(11)))
    return "chain-deep", "disk vda"


Case = Callable[[Subject], tuple[str, str]]
CASES: tuple[Case, ...] = (
    unknown_tag,
    unknown_overlay,
    unknown_memory,
    managed_save,
    external_below_internal,
    clone,
    deep,
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_what_is_found(subject: Subject, case: Case) -> None:
    found = case(subject)
    said = doctor(subject)
    assert found in said.findings
    assert said.code == 2
    assert all(said.ways)
    if case is clone:
        subject.daemon.virsh("undefine", f"{subject.domain.name}-clone")


def test_the_way_out_of_an_unknown_tag_removes_it(subject: Subject) -> None:
    unknown_tag(subject)
    (way,) = (way for way in doctor(subject).ways if "qemu-img snapshot -d" in way)
    command = way.split("`")[1].split()
    subject.daemon.run(*command)
    assert doctor(subject).code == 0


def test_age_and_depth_are_the_readers_choice(subject: Subject) -> None:
    subject.external("a", "b")
    assert doctor(subject).code == 0
    assert doctor(subject, "--max-depth", "2").codes == {"chain-deep"}


def test_what_cannot_be_taken_says_why(subject: Subject) -> None:
    managed_save(subject)
    said = doctor(subject)
    assert said.refused == {"internal snapshot", "external snapshot of the disks"}
    told = reconcile("doctor", subject.domain.name, uri=f"{subject.daemon.uri}-ro").out
    assert "virsh managedsave-remove" in told


def test_operations_are_those_of_the_release(subject: Subject) -> None:
    said = doctor(subject).whole["operations"]
    possible = {each["operation"]: each["possible"] for each in said}
    assert possible["revert to external snapshots"] is (subject.daemon.version >= (9, 9, 0))
