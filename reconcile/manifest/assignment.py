"""The assignment of trees to the domains of a host, by name, UUID or glob. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from reconcile.errors import Problem
from reconcile.errors.manifest import PROBLEM_LIMIT
from reconcile.manifest.messages import suggest
from reconcile.manifest.nodes import quoted
from reconcile.model.desired import DesiredTree
from reconcile.model.identity import DomainId
from reconcile.model.target import Target


@dataclass(frozen=True, slots=True)
class Assignments:
    """The domains of a host that have a tree, in order of the trees, then by name.

    `problems` says which names match no domain, and which domains have two trees.
    """

    targets: tuple[Target, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """The domains of a host, to look up by name or by UUID."""

    host: str
    ids: Mapping[str, DomainId]
    names: Mapping[str, str]


def assign(
    trees: Iterable[DesiredTree], domains: Iterable[DomainId], host: str = "this host"
) -> Assignments:
    """The domains of a host with their trees; `host` is the host's name in messages.

    Problems: a domain that does not exist, a glob without match, a domain with two trees. No more
    trees are looked at once there are more than PROBLEM_LIMIT problems.
    """
    ids = {domain.name: domain for domain in domains}
    known = _Known(host, ids, {_plain(domain.uuid): name for name, domain in ids.items()})
    owners: dict[str, list[DesiredTree]] = {}
    problems: list[Problem] = []
    for tree in trees:
        names, unknown = _matches(tree, known)
        problems += unknown
        for name in names:
            owners.setdefault(name, []).append(tree)
        if len(problems) > PROBLEM_LIMIT:
            break
    problems += [_conflict(name, some) for name, some in owners.items() if len(some) > 1]
    targets = (Target(ids[name], some[0]) for name, some in owners.items())
    return Assignments(tuple(targets), tuple(problems))


def _matches(tree: DesiredTree, known: _Known) -> tuple[list[str], list[Problem]]:
    found: set[str] = set()
    problems: list[Problem] = []
    for index, selector in enumerate(tree.domains):
        names = set(_named(selector, known, globs=tree.several))
        found |= names
        if not names:
            problems.append(_unmatched(tree, index, selector, known))
    return sorted(found), problems


def _named(selector: str, known: _Known, *, globs: bool) -> Iterator[str]:
    """A name as it is comes first, then a UUID, then a glob: a name may look like either."""
    if selector in known.ids:
        yield selector
    elif _plain(selector) in known.names:
        yield known.names[_plain(selector)]
    elif globs and _is_glob(selector):
        yield from (name for name in known.ids if fnmatchcase(name, selector))


def _plain(uuid: str) -> str:
    return uuid.replace("-", "").lower()


def _unmatched(tree: DesiredTree, index: int, selector: str, known: _Known) -> Problem:
    if tree.several and _is_glob(selector):
        message = f"glob {quoted(selector)} matches no domain of {known.host}"
        remedy = "correct it, or remove it"
    else:
        message = f"domain {quoted(selector)} does not exist on {known.host}"
        remedy = _remedy(selector, known)
    return Problem(tree.position, _place(tree, index), message, remedy)


def _remedy(selector: str, known: _Known) -> str:
    """The likely mistake: a glob in the wrong place, a misspelt name, a user's own session."""
    if _is_glob(selector):
        return "globs belong in `domains`"
    meant = suggest(selector, known.ids)
    if meant is not None:
        return f"did you mean {quoted(meant)}? Else define it first"
    if urlsplit(known.host).path == "/session":
        return "this is your own session: name the system's host with `-c qemu:///system`"
    return "define it first, or correct the name"


def _conflict(name: str, trees: Sequence[DesiredTree]) -> Problem:
    first, second, *rest = trees
    more = f", and {len(rest):,} more" if rest else ""
    message = f"domain {quoted(name)} has another tree, at {first.position}{more}"
    remedy = "let only one document name it, or narrow the glob"
    return Problem(second.position, "domains" if second.several else "domain", message, remedy)


def _place(tree: DesiredTree, index: int) -> str:
    return f"domains[{index}]" if tree.several else "domain"


def _is_glob(selector: str) -> bool:
    return any(sign in selector for sign in "*?[")
