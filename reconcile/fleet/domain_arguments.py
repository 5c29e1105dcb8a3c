"""Which domains of a host the arguments of a command name: names, UUIDs and globs. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase

from reconcile.errors import UnknownDomain, UnknownDomainsError
from reconcile.model.identity import DomainId

_WILDCARDS = "*?["


def selected_domains(
    arguments: Sequence[str], domains: Iterable[DomainId], host: str
) -> tuple[DomainId, ...]:
    """The domains that the arguments name, each once, by name; without arguments all of them.

    A name as it is comes first, then a UUID, then a glob, since a name may look like either.
    `host` is for messages. Raises UnknownDomainsError with every argument that names none.
    """
    known = sorted(domains, key=lambda each: each.name)
    if not arguments:
        return tuple(known)
    found = {argument: tuple(_named(argument, known)) for argument in arguments}
    unknown = tuple(
        UnknownDomain(argument, _meant(argument, known))
        for argument in found
        if not found[argument]
    )
    if unknown:
        raise UnknownDomainsError(host, unknown)
    chosen = {domain.uuid for some in found.values() for domain in some}
    return tuple(domain for domain in known if domain.uuid in chosen)


def is_glob(argument: str, found: Sequence[DomainId]) -> bool:
    """Whether an argument that led to these domains was read as a glob."""
    plain = {argument, _plain(argument)}
    exact = any(plain & {each.name, _plain(each.uuid)} for each in found)
    return not exact and any(sign in argument for sign in _WILDCARDS)


def _named(argument: str, known: Sequence[DomainId]) -> Iterator[DomainId]:
    by_name = next((each for each in known if each.name == argument), None)
    by_uuid = next((each for each in known if _plain(each.uuid) == _plain(argument)), None)
    exact = by_name or by_uuid
    if exact is not None:
        yield exact
    elif any(sign in argument for sign in _WILDCARDS):
        yield from (each for each in known if fnmatchcase(each.name, argument))


def _plain(uuid: str) -> str:
    return uuid.replace("-", "").lower()


def _meant(argument: str, known: Sequence[DomainId]) -> str | None:
    close = get_close_matches(argument, [each.name for each in known], n=1)
    return close[0] if close else None
