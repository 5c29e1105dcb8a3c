"""Ways out as templates over the facts of a case, and how they are filled in.

A way that names a fact which the case does not have is no way out of that case.
"""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from string import Formatter

from reconcile.model.domain import DomainState
from reconcile.model.way_out import Way, WayOut

Facts = Mapping[str, object]

_TEXTS = ("words", "subject", "value", "snapshot")
_POWER = {
    DomainState.RUNNING: "start the domain",
    DomainState.SHUTOFF: "shut the domain off",
    DomainState.PAUSED: "pause the domain",
}


@dataclass(frozen=True, slots=True)
class WayTemplate:
    """A way out with names of facts in braces; `given` are further facts that must hold."""

    way: WayOut
    given: tuple[str, ...] = ()

    def names(self) -> frozenset[str]:
        """The facts without which it is no way out."""
        texts = (*(getattr(self.way, each) for each in _TEXTS), *self.way.snapshots)
        found = (fact for text in texts for _, fact, _, _ in Formatter().parse(text) if fact)
        return frozenset((*found, *self.given))

    def filled(self, facts: Facts) -> WayOut | None:
        """The way out of this case, or None where it is none."""
        if not all(facts.get(name) for name in self.names()):
            return None
        texts = {each: worded(getattr(self.way, each), facts) for each in _TEXTS}
        listed = tuple(name for each in self.way.snapshots for name in _listed(each, facts))
        return replace(self.way, **texts, snapshots=listed)  # type: ignore[arg-type] # its own texts


def worded(template: str, facts: Facts) -> str:
    """The template with the facts in it; `!q` quotes one for a shell."""
    return _Words().vformat(template, (), facts)


class _Words(Formatter):
    """Lists are told as `a, b`."""

    def convert_field(self, value: object, conversion: str | None) -> object:
        """Quoted for a shell with `!q`, else as usual."""
        if conversion == "q":
            return shlex.quote(str(value))
        return super().convert_field(value, conversion)

    def format_field(self, value: object, format_spec: str) -> str:
        """A tuple of names as words."""
        if isinstance(value, tuple):
            return ", ".join(map(str, value))
        return str(super().format_field(value, format_spec))


def _listed(template: str, facts: Facts) -> Iterator[str]:
    value = facts.get(template.strip("{}"))
    if isinstance(value, tuple):
        yield from map(str, value)
    else:
        yield worded(template, facts)


def when(template: WayTemplate, *given: str) -> WayTemplate:
    """A way out that is open only where these facts hold, too."""
    return replace(template, given=given)


def without(template: WayTemplate, *entries: str) -> WayTemplate:
    """The edit of a template, with snapshots that are left undeclared until it is applied."""
    return replace(template, way=replace(template.way, snapshots=entries))


def declare(key: str, value: str, words: str = "", *, of: str = "{snapshot}") -> WayTemplate:
    """Set a key of the manifest: of the refused snapshot's entry, of another one, or of none."""
    told = words or f"declare `{key}: {value}`"
    return WayTemplate(WayOut(Way.DECLARE, told, key, value, of))


def choose(key: str, words: str, *, of: str = "{snapshot}") -> WayTemplate:
    """Set a key to another value."""
    return WayTemplate(WayOut(Way.CHOOSE, words, key, snapshot=of))


def undeclare(key: str, words: str = "", *, of: str = "{snapshot}") -> WayTemplate:
    """Remove a key from the manifest."""
    return WayTemplate(WayOut(Way.UNDECLARE, words or f"remove `{key}`", key, snapshot=of))


def keep(words: str, *names: str) -> WayTemplate:
    """Declare snapshots as they are."""
    return WayTemplate(WayOut(Way.KEEP, words, snapshots=names))


def drop(words: str, *names: str) -> WayTemplate:
    """Delete other snapshots, too."""
    return WayTemplate(WayOut(Way.DROP, words, snapshots=names))


def take(words: str, parent: str = "") -> WayTemplate:
    """Take one more snapshot first."""
    return WayTemplate(WayOut(Way.TAKE, words, snapshot=parent))


def forget(words: str, *names: str) -> WayTemplate:
    """Let libvirt forget snapshots."""
    return WayTemplate(WayOut(Way.FORGET, words, snapshots=names))


def approve(hazard: str, words: str) -> WayTemplate:
    """Approve a hazard in the manifest."""
    return WayTemplate(WayOut(Way.APPROVE, words, hazard))


def power(state: DomainState | str, words: str = "") -> WayTemplate:
    """Bring the domain into a state."""
    told = words or (_POWER[state] if isinstance(state, DomainState) else "")
    return WayTemplate(WayOut(Way.POWER, told, str(state)))


def define(key: str, value: str, words: str) -> WayTemplate:
    """Change the domain's definition."""
    return WayTemplate(WayOut(Way.DEFINE, words, key, value))


def metadata(key: str, value: str, words: str, *, of: str = "{snapshot}") -> WayTemplate:
    """Change a snapshot's metadata by hand."""
    return WayTemplate(WayOut(Way.METADATA, words, key, value, of))


def command(line: str, words: str = "{}") -> WayTemplate:
    """Run a command; in `words`, `{}` stands for it."""
    return WayTemplate(WayOut(Way.COMMAND, words.replace("{}", f"`{line}`"), line))


def option(flag: str, value: str, words: str) -> WayTemplate:
    """Give reconcile an option."""
    return WayTemplate(WayOut(Way.OPTION, words, flag, value))


def provide(what: str, name: str, words: str) -> WayTemplate:
    """Bring back or set up something on the host."""
    return WayTemplate(WayOut(Way.PROVIDE, words, what, name))


def upgrade(version: str) -> WayTemplate:
    """Install a newer libvirt on the host."""
    return WayTemplate(WayOut(Way.UPGRADE, f"upgrade libvirt to {version} or newer", version))


def again(words: str = "plan again") -> WayTemplate:
    """Wait, and plan again: nothing but time is needed."""
    return WayTemplate(WayOut(Way.AGAIN, words))


def none(words: str) -> WayTemplate:
    """There is no way, and why not."""
    return WayTemplate(WayOut(Way.NONE, words))
