"""The domains that --target and --exclude limit a run to, by glob. Pure."""

import re
from collections.abc import Collection, Iterable
from fnmatch import fnmatchcase

from reconcile.errors import UsageError
from reconcile.manifest.messages import suggest
from reconcile.manifest.nodes import quoted

_UUID = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")
_GLOB = frozenset("*?[")


def selected(name: str, targets: Collection[str], excludes: Collection[str]) -> bool:
    """Whether --target and --exclude leave a domain in the run; no target means all."""
    wanted = not targets or any(fnmatchcase(name, glob) for glob in targets)
    return wanted and not any(fnmatchcase(name, glob) for glob in excludes)


def require_matches(
    targets: Iterable[str], names: Collection[str], declared: Collection[str] = ()
) -> None:
    """Raise UsageError for a --target that matches none of these domains.

    `declared` are names of manifests, of which one may have been meant.
    """
    for glob in targets:
        if not any(fnmatchcase(name, glob) for name in names):
            message = f"--target {quoted(glob)} matches no domain of these manifests"
            meant = suggest(glob, declared)
            check = "check the glob; it is compared with domain names"
            raise UsageError(message, f"did you mean {quoted(meant)}?" if meant else check)


def may_match(selector: str, targets: Collection[str], excludes: Collection[str]) -> bool:
    """Whether a manifest's name, UUID or glob can stand for a selected domain of some host.

    Only a plain name can be decided without asking the host.
    """
    plain = not _GLOB.intersection(selector) and not _UUID.fullmatch(selector)
    return selected(selector, targets, excludes) if plain else True
