"""The ways in which libvirt's XML is made bad: elements lost, repeated, or with other texts."""

import copy
import random
import re
import xml.etree.ElementTree as ET

from tests.fuzz.hostile import TEXTS
from tests.fuzz.mutations import damaged

UNHOLDABLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MARK = "urn:libvirt-reconcile:mark:1"
HUGE = 200_000  # characters of one text


def bent(document: str, rng: random.Random) -> bytes:
    """A document with one to three things changed, or with damaged bytes."""
    if rng.random() < 0.15:
        return damaged(document.encode(), rng)
    root = ET.fromstring(document)  # noqa: S314 - the test's own
    for _ in range(rng.choice((1, 1, 2, 3))):
        _change(root, rng)
    return ET.tostring(root)


def _change(root: ET.Element, rng: random.Random) -> None:
    parent = rng.choice([each for each in root.iter() if len(each)] or [root])
    place = rng.choice(list(parent) or [root])
    match rng.randrange(8):
        case 0 if place is not root:
            parent.remove(place)
        case 1:
            parent.append(copy.deepcopy(place))
        case 2 | 3:
            place.text = _text(rng)
        case 4 | 5 if place.attrib:
            place.set(rng.choice(sorted(place.attrib)), _text(rng))
        case 6:
            place.tag = rng.choice(("name", "disk", "parent", "memory", "x"))
        case _:
            _mark(root, rng)


def _mark(root: ET.Element, rng: random.Random) -> None:
    """A forged mark in the definition that a snapshot embeds."""
    domains = [each for each in root.iter("domain") if each is not root] or [root]
    metadata = ET.SubElement(rng.choice(domains), "metadata")
    for _ in range(rng.choice((1, 1, 2))):
        keys = ("snapshot", "digest", "protect", "revision")
        mark = ET.SubElement(metadata, f"{{{MARK}}}mark", {key: _text(rng) for key in keys})
        mark.set("snapshot", rng.choice(("base", _text(rng))))
        ET.SubElement(mark, f"{{{MARK}}}label", {"key": _text(rng)}).text = _text(rng)


def _text(rng: random.Random) -> str:
    """Something else than what was there; what no XML can hold is left out."""
    many = "x" * rng.choice((1, 300, HUGE))
    number = str(rng.choice((0, -1, 2**31, 10**30)))
    return UNHOLDABLE.sub("", rng.choice((*TEXTS, many, number, "no", "yes", "shutoff")))
