"""QEMU's locks: what an action opens must not be open elsewhere, nor what lies below it."""

from dataclasses import replace

import pytest

from reconcile.model.action import Revert
from reconcile.model.desired import RunState
from reconcile.model.domain import Domain
from reconcile.model.frozen import FrozenMapping
from reconcile.model.images import Claim, Image, ImageGraph, ImageUse, Role
from reconcile.rules.file_effects import file_effects
from reconcile.rules.images import meeting, objection, uses, with_data_files
from tests.rules.notation import FORKY, action, disk, domain, grown

GOLD = "/images/gold.qcow2"
OFF, INSIDE, OUTSIDE = domain(), grown("int A"), grown("ext A")
RUN = "revert A running"


def refused(now: Domain, word: str, *, active: bool = True, writes: bool = True) -> str | None:
    """The code, where another guest has the image below the domain's own."""
    use = ImageUse("gold", "disk vda of domain gold", Role.DISK, writes=writes, active=active)
    below = Image(below=(GOLD,))
    images = ImageGraph(
        FrozenMapping({"/images/vda.qcow2": below, "/images/vda.A": below}),
        uses=FrozenMapping({GOLD: (use,)}),
    )
    does = Revert("A", RunState.RUNNING) if word == RUN else action(now, *word.split())
    found = objection(does, now, file_effects(now, does, FORKY), images)
    return found.code if found else None


@pytest.mark.parametrize(
    ("now", "word"),
    [
        (OFF, "int A"),
        (INSIDE, "revert A"),
        (INSIDE, RUN),
        (INSIDE, "delete A"),
        (OUTSIDE, "delete A"),
        (OUTSIDE, RUN),
    ],
)
def test_what_lies_below_is_read_and_must_not_be_written_meanwhile(now: Domain, word: str) -> None:
    assert refused(now, word) == "image-open"
    assert refused(now, word, active=False) is None
    assert refused(now, word, writes=False) is None


@pytest.mark.parametrize(("now", "word"), [(OFF, "ext A"), (OUTSIDE, "revert A")])
def test_a_new_overlay_of_a_guest_that_stays_off_is_made_without_a_lock(
    now: Domain, word: str
) -> None:
    assert refused(now, word) is None


def test_a_merge_into_an_image_below_another_disk_that_is_merged_too() -> None:
    """Somebody attached a linked clone of the domain's own first disk."""
    now = grown("ext A, ext B", domain(disk(), disk("vdb")))
    lies = ("/images/vdb.A", "/images/vdb.qcow2", "/images/vda.A")
    disks = (now.disks[0], replace(now.disks[1], backing=lies))
    does = action(now, "delete", "B")
    found = objection(does, replace(now, disks=disks), file_effects(now, does, FORKY), ImageGraph())
    assert found is not None
    assert found.code == "image-shared"


def test_what_another_plan_has_open_for_a_moment_is_read_one_after_the_other() -> None:
    does = action(OFF, "int", "A")
    claim = Claim("gold", "create A of domain gold", creates=False)
    alone = ImageGraph(FrozenMapping({"/images/vda.qcow2": Image(below=(GOLD,))}))
    effects = file_effects(OFF, does, FORKY)
    assert meeting(effects, OFF, alone).read == frozenset()
    assert meeting(effects, OFF, alone.with_claims([(GOLD, claim)])).read == {GOLD}


def test_what_lies_below_an_overlay_of_the_same_plan_is_read_too() -> None:
    use = ImageUse("gold", "disk vda of domain gold", Role.DISK, writes=True, active=True)
    images = ImageGraph(
        FrozenMapping({"/images/vda.qcow2": Image(below=(GOLD,))}),
        uses=FrozenMapping({GOLD: (use,)}),
    )
    for history in ("ext A", "ext A, ext B, revert A"):
        now = grown(history)
        does = action(now, "int", "C")
        found = objection(does, now, file_effects(now, does, FORKY), images)
        assert found is not None
        assert found.code == "image-open"


DATA = "/images/vda.data"


@pytest.mark.parametrize(
    ("history", "word", "code"),
    [
        ("ext A", "delete A", "image-shared"),
        ("", "ext A", "image-written"),
        ("ext A", "revert A", "image-written"),
        ("int A", "revert A", "image-shared"),
    ],
)
def test_the_file_that_an_image_keeps_its_data_in_is_part_of_it(
    history: str, word: str, code: str
) -> None:
    now = grown(history) if history else domain()
    use = ImageUse("other", "disk vda of domain other", Role.DISK, writes=True)
    images = ImageGraph(FrozenMapping({"/images/vda.qcow2": Image(below=(), data_file=DATA)}))
    does = action(now, *word.split())
    effects = with_data_files(file_effects(now, does, FORKY), images)
    assert objection(does, now, effects, images) is None
    found = objection(does, now, effects, replace(images, uses=FrozenMapping({DATA: (use,)})))
    assert found is not None
    assert (found.code, found.snapshot) == (code, "A")
    assert DATA in found.message


def test_what_lies_below_keeps_its_data_where_its_header_says() -> None:
    images = ImageGraph(
        FrozenMapping({"/images/vda.qcow2": Image(below=(GOLD,)), GOLD: Image(data_file=DATA)})
    )
    assert [(path, use.role) for path, use in uses(domain(), images)] == [
        ("/images/vda.qcow2", Role.DISK),
        (GOLD, Role.BACKING),
        (DATA, Role.BACKING),
    ]
    assert {use.writes for path, use in uses(domain(), images) if path == DATA} == {False}
