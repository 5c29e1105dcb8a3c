"""Templates of ways out over the facts of a case, and how they are filled in.

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
        """The names of the facts without which the template is no way out."""
        texts = (*(getattr(self.way, each) for each in _TEXTS), *self.way.snapshots)
        found = (fact for text in texts for _, fact, _, _ in Formatter().parse(text) if fact)
        return frozenset((*found, *self.given))

    def filled(self, facts: Facts) -> WayOut | None:
        """The way out with the facts filled in; None where a fact that it needs is missing."""
        if not all(facts.get(name) for name in self.names()):
            return None
        texts = {each: worded(getattr(self.way, each), facts) for each in _TEXTS}
        listed = tuple(name for each in self.way.snapshots for name in _listed(each, facts))
        return replace(self.way, **texts, snapshots=listed)  # type: ignore[arg-type] # its own texts


def worded(template: str, facts: Facts) -> str:
    """The template with the facts filled in; `!q` quotes one for a shell."""
    return _Words().vformat(template, (), facts)


class _Words(Formatter):
    """A formatter that writes lists as `a, b` and quotes with `!q` for a shell."""

    def convert_field(self, value: object, conversion: str | None) -> object:
        """A value quoted for a shell with `!q`, else converted as usual."""
        if conversion == "q":
            return shlex.quote(str(value))
        return super().convert_field(value, conversion)

    def format_field(self, value: object, format_spec: str) -> str:
        """A value as text, a tuple of names as `a, b`."""
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
    """The way out, open only where these facts hold, too."""
    return replace(template, given=given)


def without(template: WayTemplate, *entries: str) -> WayTemplate:
    """The edit of a template, with snapshots that are left undeclared until it is applied."""
    return replace(template, way=replace(template.way, snapshots=entries))


def declare(key: str, value: str, words: str = "", *, of: str = "{snapshot}") -> WayTemplate:
    """A way out: set a key of the manifest, of the refused entry or of the one named `of`."""
    told = words or f"declare `{key}: {value}`"
    return WayTemplate(WayOut(Way.DECLARE, told, key, value, of))


def choose(key: str, words: str, *, of: str = "{snapshot}") -> WayTemplate:
    """A way out: set a key of the manifest to a value that a person chooses."""
    return WayTemplate(WayOut(Way.CHOOSE, words, key, snapshot=of))


def undeclare(key: str, words: str = "", *, of: str = "{snapshot}") -> WayTemplate:
    """A way out: remove a key from the manifest."""
    return WayTemplate(WayOut(Way.UNDECLARE, words or f"remove `{key}`", key, snapshot=of))


def keep(words: str, *names: str) -> WayTemplate:
    """A way out: declare snapshots as they are on the host."""
    return WayTemplate(WayOut(Way.KEEP, words, snapshots=names))


def drop(words: str, *names: str) -> WayTemplate:
    """A way out: have other snapshots deleted, too."""
    return WayTemplate(WayOut(Way.DROP, words, snapshots=names))


def take(words: str, parent: str = "") -> WayTemplate:
    """A way out: take one more snapshot first."""
    return WayTemplate(WayOut(Way.TAKE, words, snapshot=parent))


def forget(words: str, *names: str) -> WayTemplate:
    """A way out: let libvirt forget snapshots."""
    return WayTemplate(WayOut(Way.FORGET, words, snapshots=names))


def approve(hazard: str, words: str) -> WayTemplate:
    """A way out: approve a hazard in the manifest."""
    return WayTemplate(WayOut(Way.APPROVE, words, hazard))


def power(state: DomainState | str, words: str = "") -> WayTemplate:
    """A way out: bring the domain into a state."""
    told = words or (_POWER[state] if isinstance(state, DomainState) else "")
    return WayTemplate(WayOut(Way.POWER, told, str(state)))


def define(key: str, value: str, words: str) -> WayTemplate:
    """A way out: change the domain's definition."""
    return WayTemplate(WayOut(Way.DEFINE, words, key, value))


def metadata(key: str, value: str, words: str, *, of: str = "{snapshot}") -> WayTemplate:
    """A way out: change a snapshot's metadata by hand."""
    return WayTemplate(WayOut(Way.METADATA, words, key, value, of))


def command(line: str, words: str = "{}") -> WayTemplate:
    """A way out: run a command; in `words`, `{}` stands for it."""
    return WayTemplate(WayOut(Way.COMMAND, words.replace("{}", f"`{line}`"), line))


def option(flag: str, value: str, words: str) -> WayTemplate:
    """A way out: give reconcile an option."""
    return WayTemplate(WayOut(Way.OPTION, words, flag, value))


def provide(what: str, name: str, words: str) -> WayTemplate:
    """A way out: bring back or set up something on the host."""
    return WayTemplate(WayOut(Way.PROVIDE, words, what, name))


def upgrade(version: str) -> WayTemplate:
    """A way out: install a newer libvirt on the host."""
    return WayTemplate(WayOut(Way.UPGRADE, f"upgrade libvirt to {version} or newer", version))


def again(words: str = "plan again") -> WayTemplate:
    """A way out: wait, and plan again, since nothing but time is needed."""
    return WayTemplate(WayOut(Way.AGAIN, words))


def none(words: str) -> WayTemplate:
    """A statement in place of a way out: that there is none, and why not."""
    return WayTemplate(WayOut(Way.NONE, words))
