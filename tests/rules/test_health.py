"""Metadata held against images that somebody changed by hand: what is said, refused and allowed."""

from dataclasses import dataclass, replace

import pytest

from reconcile.model.domain import Domain
from reconcile.model.fact import Fact
from reconcile.model.images import Image, ImageGraph
from reconcile.model.plan import Refusal
from reconcile.model.snapshot import DataState
from reconcile.rules.effect import effect
from reconcile.rules.health import examined, findings
from tests.rules.notation import FORKY, action, grown

ROOT, BASE, TUNED = "/images/vda.qcow2", "/images/vda.base", "/images/vda.tuned"
TOP = "/images/top.qcow2"
CHAIN = grown("ext base, ext tuned")


def images(**below: tuple[str, ...] | None) -> ImageGraph:
    """The three images of the chain: what lies below each; None for one that is gone."""
    names = {"root": ROOT, "base": BASE, "tuned": TUNED}
    gone = Image(exists=Fact.NO)
    found = {
        path: gone if below[name] is None else Image(Fact.YES, (), below[name])
        for name, path in names.items()
    }
    return ImageGraph(found)


SOUND = images(root=(), base=(ROOT,), tuned=(BASE, ROOT))
FLATTENED = images(root=(), base=(ROOT,), tuned=())
REBASED_PAST = images(root=(), base=None, tuned=(ROOT,))
ACTIVE_GONE = images(root=(), base=(ROOT,), tuned=None)
MERGED = images(root=(), base=None, tuned=None)


def with_top() -> ImageGraph:
    """The sound chain, and an image on top of it."""
    return ImageGraph({**SOUND.images, TOP: Image(Fact.YES, (), (TUNED, BASE, ROOT))})


def on(path: str, domain: Domain = CHAIN) -> Domain:
    """The domain with its disk defined on another image by hand."""

    return replace(domain, disks=(replace(domain.disks[0], path=path, backing=()),))


def told_alone() -> Domain:
    """The sound chain, whose definition says that the first image lies on nothing."""
    return replace(CHAIN, disks=(replace(CHAIN.disks[0], backing=(), chain_told=True),))


@dataclass(frozen=True, slots=True)
class Case:
    """A domain with its images, and what each call must come to: a code, or "" where allowed."""

    name: str
    domain: Domain
    images: ImageGraph
    data: dict[str, DataState]
    calls: dict[str, str]


CASES = [
    Case(
        "sound",
        CHAIN,
        SOUND,
        {"base": DataState.HELD, "tuned": DataState.HELD},
        {"delete tuned": "", "revert base": "", "forget tuned": "forget-external"},
    ),
    Case(
        "a definition that names another chain than the images",
        told_alone(),
        SOUND,
        {"base": DataState.HELD, "tuned": DataState.HELD},
        {"delete tuned": "chain-differs", "revert base": ""},
    ),
    Case(
        "merged by hand down to the root, the overlays removed",
        on(ROOT),
        MERGED,
        {"base": DataState.OVERWRITTEN, "tuned": DataState.GONE},
        {
            "delete tuned": "data-lost",
            "delete base": "data-lost",
            "revert base": "data-lost",
            "forget tuned": "",
        },
    ),
    Case(
        "flattened, the files kept",
        CHAIN,
        FLATTENED,
        {"base": DataState.HELD, "tuned": DataState.HELD},
        {
            "delete tuned": "chain-differs",
            "delete base": "chain-differs",
            "ext new": "chain-differs",
            "forget tuned": "",
        },
    ),
    Case(
        "rebased past an image that is gone",
        CHAIN,
        REBASED_PAST,
        {"base": DataState.DIFFERS, "tuned": DataState.GONE},
        {
            "delete base": "chain-differs",
            "revert base": "data-differs",
            "forget tuned": "",
            "forget base": "",
        },
    ),
    Case(
        "an image was put on top",
        on(TOP),
        with_top(),
        {"base": DataState.HELD, "tuned": DataState.HELD},
        {
            "delete tuned": "chain-differs",
            "revert tuned": "chain-differs",
            "forget tuned": "forget-external",
        },
    ),
    Case(
        "the last overlay is merged down by hand and removed",
        on(BASE),
        images(root=(), base=(ROOT,), tuned=None),
        {"base": DataState.HELD, "tuned": DataState.OVERWRITTEN},
        {"revert base": "chain-differs", "delete tuned": "data-lost", "forget tuned": ""},
    ),
    Case(
        "the first image is gone",
        CHAIN,
        images(root=None, base=(ROOT,), tuned=(BASE, ROOT)),
        {"base": DataState.GONE, "tuned": DataState.GONE},
        {"delete tuned": "data-lost", "revert tuned": "data-lost", "ext new": "overlay-gone"},
    ),
    Case(
        "the active overlay is gone",
        CHAIN,
        ACTIVE_GONE,
        {"base": DataState.HELD, "tuned": DataState.HELD},
        {"delete tuned": "overlay-gone", "ext new": "overlay-gone", "revert tuned": ""},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_seen_decides(case: Case) -> None:
    seen = examined(case.domain, case.images)
    assert {each.name: each.data for each in seen.tree} == case.data
    for words, code in case.calls.items():
        after = effect(seen, action(seen, *words.split()), FORKY)
        assert (after.code if isinstance(after, Refusal) else "") == code, words


def test_a_sound_domain_has_no_findings() -> None:
    assert tuple(findings(examined(CHAIN, SOUND), SOUND)) == ()


def test_findings_name_disk_chain_and_way_out() -> None:
    (found,) = findings(examined(CHAIN, FLATTENED), FLATTENED)
    assert str(found) == (
        f"disk vda: it lies on {TUNED} alone, its snapshots say it lies on {TUNED} on {BASE} "
        f"on {ROOT}: somebody changed the chain by hand; `forget:` the snapshots above which the "
        "domain runs: tuned, base [chain-differs]"
    )


def test_what_nobody_asked_is_no_objection() -> None:
    assert examined(CHAIN, ImageGraph()) == CHAIN


def test_the_way_out_where_an_image_was_put_on_top_is_to_merge_it() -> None:
    seen = examined(on(TOP), with_top())
    after = effect(seen, action(seen, "delete", "tuned"), FORKY)
    assert isinstance(after, Refusal)
    assert f"virsh blockcommit web01 vda --active --pivot --base {TUNED}" in after.remedy


def test_an_image_that_is_gone_is_not_called_changed_by_hand() -> None:
    found = images(root=(), base=None, tuned=(BASE,))
    assert tuple(map(str, findings(examined(CHAIN, found), found))) == (
        (
            f"disk vda: {BASE}, on which it lies, is gone: bring it back, or revert to a snapshot "
            "that does not need it [overlay-gone]"
        ),
        "tuned: its data is gone: `forget:` it [data-gone]",
    )
