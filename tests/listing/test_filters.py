"""`list DOMAIN` gives the answers of virsh snapshot-list, whichever options it is given."""

import itertools
import json
import re
from collections.abc import Iterator
from random import Random
from typing import Final

import pytest

from reconcile.render.escape import neutral
from tests.harness.command import Ran, reconcile
from tests.lab.daemon import Daemon
from tests.lab.fixtures import MakeDomain
from tests.listing import virsh
from tests.listing.trees import clear, grow

Options = tuple[str, ...]

FLAGS: Final = (
    *("--parent", "--roots", "--leaves", "--no-leaves", "--metadata", "--no-metadata"),
    *("--inactive", "--active", "--disk-only", "--internal", "--external", "--tree"),
    *("--current", "--descendants", "--name", "--topological"),
)
TREES: Final = 3
LARGER: Final = 60
"""Sets of three to six options that are drawn for each tree, beside all of fewer."""


def every(random: Random, below: str) -> list[Options]:
    """Each option alone, each pair, and larger sets; `below` is for --from."""
    small = [*itertools.chain.from_iterable(itertools.combinations(FLAGS, n) for n in (0, 1, 2))]
    large = [tuple(random.sample(FLAGS, random.randint(3, 6))) for _ in range(LARGER)]
    asked = [*small, *large]
    under = [("--from", below, *each) for each in (*small[:17], *random.sample(asked, 60))]
    return [*asked, *under, ("--from", "nobody")]


@pytest.mark.parametrize("seed", range(TREES))
def test_the_answers_of_virsh(lab: Daemon, make_domain: MakeDomain, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - draws a test
    domain = make_domain()
    names = grow(domain, random, random.randint(2, 12))
    asked = every(random, random.choice([name for name in names if not name.startswith("-")]))
    answers = virsh.snapshot_lists(lab, domain.name, asked)
    wrong = [
        (options, said, ran.out, ran.err)
        for options, said in zip(asked, answers, strict=True)
        if not same(options, said, ran := listed(lab, domain.name, options))
    ]
    clear(domain)
    assert wrong == []
    refused = sum(said.startswith(virsh.ERROR) for said in answers)
    assert 0 < refused < len(answers)


def listed(lab: Daemon, domain: str, options: Options) -> Ran:
    """What `list` says; as JSON where virsh prints a table."""
    form = () if {"--name", "--tree"} & {*options} else ("--format", "json")
    return reconcile("list", domain, *options, *form, uri=f"{lab.uri}-ro")


def same(options: Options, said: str, ran: Ran) -> bool:
    """Whether virsh and `list` agree, also in what they refuse."""
    if said.startswith(virsh.ERROR):
        return ran.code != 0
    if ran.code != 0:
        return False
    if "--tree" in options:
        return virsh.tree(said) == list(drawn(ran.out))
    if "--name" in options:
        return [neutral(name) for name in virsh.names(said)] == ran.out.splitlines()
    found = json.loads(ran.out)["snapshots"]
    return virsh.table(said) == [row(each, parent="--parent" in options) for each in found]


def row(found: dict[str, str | None], *, parent: bool) -> tuple[str, ...]:
    """A snapshot of the JSON as virsh's table has it, in UTC."""
    created = re.sub(r"T(.*)Z", r" \1 +0000", found["created"] or "")
    cells = (found["name"] or "", created, found["state"] or "")
    above = (found["parent"],) if parent and found["parent"] else ()
    return (*cells, *above)


def drawn(out: str) -> Iterator[tuple[int, str]]:
    """Depth and name of each snapshot of a drawn tree."""
    for line in out.splitlines():
        guide, branch, name = re.split(r"([├└]── )", line, maxsplit=1)
        assert branch
        yield len(guide) // 4, name.removesuffix(" (current)")
