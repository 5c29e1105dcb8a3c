"""Many globs matched with many names: `*`, `?` and `[…]`, as fnmatch(3) reads them."""

import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase, translate

_WILDCARD = re.compile(r"[*?[]")
# Characters of globs times characters of names: each pair takes some nanoseconds at worst.
_COST_LIMIT = 2_000_000_000


class Globs:
    """Globs that are tried together on each name."""

    def __init__(self, globs: Sequence[str]) -> None:
        self._plain = frozenset(glob for glob in globs if not _WILDCARD.search(glob))
        self._wild = tuple(glob for glob in globs if _WILDCARD.search(glob))
        self._any: re.Pattern[str] | None = None

    def too_costly(self, names: Iterable[str]) -> bool:
        """Whether matching all these names would keep a processor busy for long."""
        return sum(map(len, self._wild)) * sum(map(len, names)) > _COST_LIMIT

    def match(self, name: str) -> str | None:
        """The first glob that matches a name; a glob without wildcards comes before the others."""
        if name in self._plain:
            return name
        if not self._wild or not self._expression().match(name):
            return None
        return next(glob for glob in self._wild if fnmatchcase(name, glob))

    def _expression(self) -> re.Pattern[str]:
        """One expression for all, compiled when it is first needed."""
        if self._any is None:
            self._any = re.compile("|".join(map(translate, self._wild)))
        return self._any
