"""Metadata held against images that people merged, flattened, moved or removed by hand.

Every plan tells of it. A step that depends on what is gone is refused; everything else is done, and
whatever is done leaves the right data. What libvirt does in each case is in `tests/traps`.
"""

from collections.abc import Callable
from typing import Final

import pytest

from tests.real_hosts import hands
from tests.real_hosts.subject import Keys, Subject

Hand = Callable[[Subject], None]
SAME: Final[Keys] = {"snapshots": [{"name": "base", "children": [{"name": "tuned"}]}]}
WITHOUT_TUNED: Final[Keys] = {"snapshots": [{"name": "base"}]}
WITHOUT_BASE: Final[Keys] = {"snapshots": [{"name": "tuned"}]}
FORGOTTEN: Final[Keys] = {
    "snapshots": [{"name": "fresh", "disks": {"vda": "external"}}],
    "forget": ["base", "tuned"],
}
DIFFERS, IMAGE_GONE = "chain-differs", "overlay-gone"
DATA_GONE, OVERWRITTEN = "data-gone", "data-overwritten"
TELLING: Final = (DIFFERS, IMAGE_GONE, DATA_GONE, OVERWRITTEN)
LOST, UNKNOWABLE = "data-lost", "data-differs"

TOLD: Final[dict[Hand, set[str]]] = {
    hands.merged_running: {DIFFERS, DATA_GONE, OVERWRITTEN},
    hands.merged: {DIFFERS, DATA_GONE, OVERWRITTEN},
    hands.committed: {DIFFERS, DATA_GONE, OVERWRITTEN},
    hands.top_merged: {DIFFERS, OVERWRITTEN},
    hands.middle_merged: {DIFFERS, DATA_GONE},
    hands.rebased_past: {DIFFERS, DATA_GONE},
    hands.flattened: {DIFFERS},
    hands.pulled: {DIFFERS},
    hands.flattened_alone: {DIFFERS, DATA_GONE},
    hands.rebased_on_copy: {DIFFERS},
    hands.converted: {DIFFERS},
    hands.lengthened: {DIFFERS},
    hands.without_metadata: {DIFFERS},
    hands.active_gone: {IMAGE_GONE},
    hands.middle_gone: {IMAGE_GONE, DATA_GONE},
    hands.first_gone: {IMAGE_GONE, DATA_GONE},
    hands.tag_gone: {DATA_GONE},
    hands.tag_gone_running: {DATA_GONE},
}
"""What the plan of a manifest that asks for nothing new tells, by code."""
UNMERGEABLE: Final = tuple(hand for hand in TOLD if "tag" not in hand.__name__)
"""Where libvirt cannot delete the last snapshot: it follows the chain that it believes in."""
FORGETTABLE: Final = (
    hands.merged_running,
    hands.merged,
    hands.committed,
    hands.middle_merged,
    hands.rebased_past,
    hands.flattened,
    hands.pulled,
    hands.flattened_alone,
    hands.converted,
)
"""Where the guest lies on nothing that the snapshots say it lies on, or on what is left of it."""
ON_TOP: Final = (hands.lengthened, hands.without_metadata)
"""Where an image lies on the one that the last snapshot began."""
RIGHT_AFTER_REVERT: Final[dict[Hand, set[str]]] = {
    hands.flattened: {"base", "tuned"},
    hands.pulled: {"base", "tuned"},
    hands.rebased_on_copy: {"base", "tuned"},
    hands.converted: {"base", "tuned"},
    hands.active_gone: {"base", "tuned"},
    hands.middle_gone: {"base"},
}
"""The snapshots whose data is whole, so that libvirt reverts to them rightly."""
NO_REVERT: Final = {"revert-external"}
"""libvirt before 9.9 reverts to no external snapshot."""


def hands_of(*some: Hand) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("hand", some, ids=lambda hand: hand.__name__)


def revert_to(name: str) -> Keys:
    return {**SAME, "current": {"snapshot": name, "revert": "always"}}


def reverts_external(subject: Subject) -> bool:
    return subject.daemon.version >= (9, 9, 0)


@hands_of(*TOLD)
def test_every_plan_tells_of_it_and_refuses_what_depends_on_it(
    subject: Subject, hand: Hand
) -> None:
    """libvirt would fail, or do it with success and bring other data."""
    hand(subject)
    before = (subject.look(), subject.now())
    planned = subject.applied(SAME)
    assert planned.actions == ()
    assert {code for code in TELLING if code in planned.warnings} == TOLD[hand]
    if hand in UNMERGEABLE:
        planned = subject.refused(WITHOUT_TUNED)
        assert planned.codes <= {DIFFERS, LOST, IMAGE_GONE}, planned
        way = "blockcommit" if hand in ON_TOP else "forget:"
        assert hand not in (*FORGETTABLE, *ON_TOP) or way in "".join(planned.remedies), planned
    for name in {"base", "tuned"} - RIGHT_AFTER_REVERT.get(hand, set()):
        if hand in UNMERGEABLE:
            allowed = {"file-missing", LOST, UNKNOWABLE, DIFFERS, *NO_REVERT}
            assert subject.refused(revert_to(name)).codes <= allowed
    assert (subject.look(), subject.now()) == before


@hands_of(hands.merged, hands.flattened_alone, hands.middle_merged, hands.rebased_past)
def test_a_merge_of_what_is_not_in_the_chain_is_refused(subject: Subject, hand: Hand) -> None:
    hand(subject)
    planned = subject.refused(WITHOUT_BASE)
    # 9.0 merges nothing but the last overlay of a domain that is off, whatever its chain.
    allowed = {DIFFERS, LOST} | ({"external-offline"} if not reverts_external(subject) else set())
    assert planned.codes <= allowed, planned


@pytest.mark.parametrize(
    ("hand", "name"),
    [(hand, name) for hand, names in RIGHT_AFTER_REVERT.items() for name in sorted(names)],
    ids=lambda each: getattr(each, "__name__", each),
)
def test_a_revert_to_what_is_whole_brings_the_right_data(
    subject: Subject, hand: Hand, name: str
) -> None:
    hand(subject)
    if not reverts_external(subject):
        assert subject.refused(revert_to(name)).codes >= NO_REVERT
        return
    subject.applied(revert_to(name))
    assert (subject.now(), subject.current()) == (subject.held[name], name)
    assert subject.starts()


@hands_of(hands.tag_gone, hands.tag_gone_running)
def test_an_internal_snapshot_without_its_tag(subject: Subject, hand: Hand) -> None:
    hand(subject)
    before = subject.now()
    assert subject.refused(revert_to("base")).refused == {("base", "tag-missing")}
    subject.applied(WITHOUT_BASE)
    assert (subject.names(), subject.now()) == ({"tuned": None}, before)


@hands_of(*FORGETTABLE)
def test_what_is_provably_gone_is_forgotten(subject: Subject, hand: Hand) -> None:
    """As `virsh snapshot-delete --metadata` does: the guest keeps its disk and what it holds."""
    hand(subject)
    before, running = subject.now(), subject.domain.state
    subject.applied(FORGOTTEN)
    assert subject.names() == {"fresh": None}
    assert (subject.now(), subject.domain.state) == (before, running)
    assert subject.starts()
    kept = {"snapshots": [{"name": "next", "disks": {"vda": "external"}}]}
    subject.applied(kept)
    assert (subject.names(), subject.now()) == ({"next": None}, before)


def test_the_last_overlay_merged_by_hand_is_forgotten_alone(subject: Subject) -> None:
    hands.top_merged(subject)
    before = subject.now()
    assert subject.refused(revert_to("base")).codes <= {DIFFERS, *NO_REVERT}
    subject.applied({**WITHOUT_TUNED, "forget": ["tuned"]})
    assert (subject.names(), subject.current(), subject.now()) == ({"base": None}, "base", before)
    if reverts_external(subject):
        back = {**WITHOUT_TUNED, "current": {"snapshot": "base", "revert": "always"}}
        subject.applied(back)
        assert subject.now() == subject.held["base"]
        before = subject.held["base"]
    subject.applied(
        {"snapshots": [{"name": "fresh", "disks": {"vda": "external"}}], "prune": "all"}
    )
    assert (list(subject.names()), subject.now()) == (["fresh"], before)


@hands_of(hands.lengthened, hands.without_metadata)
def test_a_chain_that_was_made_longer_is_merged_by_hand(subject: Subject, hand: Hand) -> None:
    hand(subject)
    before = subject.now()
    subject.image("commit", "-q", str(subject.file("top.qcow2")))
    subject.put_on(subject.file("vda.tuned"))
    subject.applied(WITHOUT_TUNED)
    assert (subject.names(), subject.now()) == ({"base": None}, before)


@hands_of(hands.lengthened, hands.without_metadata, hands.rebased_on_copy)
def test_what_the_guest_still_lies_on_is_not_forgotten(subject: Subject, hand: Hand) -> None:
    """Without its metadata nobody would know that the image is needed."""
    hand(subject)
    planned = subject.refused({**WITHOUT_BASE, "forget": ["base"]})
    assert planned.refused == {("base", "forget-external")}


def test_a_state_that_is_gone_is_given_up_by_a_revert(subject: Subject) -> None:
    hands.active_gone(subject)
    planned = subject.refused(WITHOUT_TUNED)
    assert planned.codes == {IMAGE_GONE}
    if reverts_external(subject):
        subject.applied(revert_to("tuned"))
        subject.applied(WITHOUT_TUNED)
        assert (subject.names(), subject.now()) == ({"base": None}, subject.held["tuned"])
