"""Random histories of one domain: applies, edits in git, and what people do by hand."""

import json
import random
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Final

from tests.drift import hands
from tests.drift.looked import Found, drift
from tests.drift.truth import Applied, Declared, Entry, Host, expected, look
from tests.harness.command import reconcile
from tests.lab.daemon import Daemon
from tests.lab.domain import Domain, define

NAMES: Final = tuple("abcdefg")
WORDS: Final = ("one", "two", "three", "four")
STEPS: Final = 9
NUMBERS: Final = count(1)


@dataclass(slots=True)
class History:
    """One domain, what git declares for it, and what is known of earlier applies."""

    domain: Domain
    manifest: Path
    rng: random.Random
    declared: Declared = field(default_factory=Declared)
    applied: Applied = field(default_factory=Applied)
    log: list[str] = field(default_factory=list)
    origins: set[str] = field(default_factory=set)
    number: "count[int]" = field(default_factory=lambda: count(1))

    def run(self) -> str | None:
        """Live through it; what drift said wrongly, with all that led there, or None."""
        self._grow()
        self._apply()
        for _ in range(STEPS):
            step = self.rng.choice((self._git, self._git, self._hand, self._hand, self._apply))
            step()
            wrong = self._wrong()
            if wrong is not None:
                return "\n    ".join((*self.log, wrong))
        left = self._left_by_the_patch()
        return "\n    ".join((*self.log, left)) if left else None

    def _left_by_the_patch(self) -> str | None:
        """What drift still tells of the host once its patch is applied, and the patch did not."""
        uri = self.domain.daemon.uri
        told = reconcile("drift", "--patch", str(self.manifest), uri=uri).out
        if "\n--- a/" in f"\n{told}":
            command = ("git", "apply", "-")
            folder = self.manifest.parent
            subprocess.run(command, cwd=folder, input=told.encode(), check=True, timeout=60)
        notes = [line for line in told.splitlines() if line.startswith("#")]
        left = [
            each
            for each in drift(self.manifest, uri).found
            if each[2] != "git" and not any(f": {each[0]}: {each[1]}: " in note for note in notes)
        ]
        return f"left by the patch: {left}\n{told}\n{self.manifest.read_text()}" if left else None

    def _wrong(self) -> str | None:
        found = {_plain(each) for each in drift(self.manifest, self.domain.daemon.uri).found}
        host = look(self.domain)
        true = expected(self.declared, host, self.applied)
        self.origins |= {origin for _, _, origin, _ in found}
        if found == true:
            return None
        said, not_said = sorted(map(str, found - true)), sorted(map(str, true - found))
        return f"said {said}, not said {not_said}; host: {host}"

    def _write(self, declared: Declared, word: str) -> None:
        self.declared = declared
        self.manifest.write_text(declared.text(self.domain.name))
        self.log.append(f"git: {word}")

    def _grow(self) -> None:
        entries: dict[str, Entry] = {"a": Entry(None, *self._values())}
        for name in NAMES[1 : self.rng.randint(2, 4)]:
            entries[name] = Entry(self.rng.choice(tuple(entries)), *self._values())
        current = self.rng.choice((None, *entries))
        self._write(Declared(entries, current), f"{entries}, current: {current}")

    def _values(self) -> tuple[str | None, str | None, bool]:
        text, tier = (self.rng.choice((None, *WORDS)) for _ in range(2))
        return text, tier, self.rng.random() < 0.3

    def _apply(self) -> None:
        """The tool's own plan tells whose marks were written: what is not drift is not judged."""
        uri, file = self.domain.daemon.uri, str(self.manifest)
        planned = reconcile("plan", "--format", "json", file, uri=uri)
        (plan,) = json.loads(planned.out)["domains"]
        ran = reconcile("apply", "--yes", file, uri=uri)
        refused = [each["code"] for each in plan["refusals"]]
        self.log.append(f"apply: {ran.code} {refused or [_brief(a) for a in plan['actions']]}")
        assert ran.code == (3 if refused else 0), "\n    ".join((*self.log, ran.out, ran.err))
        if not refused and plan["actions"]:
            written = {"create", "redefine"}
            renewed = {a["snapshot"] for a in plan["actions"] if a["action"] in written}
            self.applied = self.applied.after(self.declared, renewed)

    def _git(self) -> None:
        """One edit of the manifest."""
        edit = self.rng.choice((self._edit_values, self._edit_values, self._add, self._remove))
        if self.rng.random() < 0.2:
            current = self.rng.choice((None, *self.declared.entries))
            self._write(replace(self.declared, current=current), f"current: {current}")
        else:
            edit()

    def _edit_values(self) -> None:
        name = self.rng.choice(tuple(self.declared.entries))
        entry = Entry(self.declared.entries[name].parent, *self._values())
        self._put(name, entry)

    def _put(self, name: str, entry: Entry) -> None:
        entries = {**self.declared.entries, name: entry}
        self._write(replace(self.declared, entries=entries), f"{name}: {entry}")

    def _add(self) -> None:
        free = [name for name in NAMES if name not in self.declared.entries]
        if free:
            parent = self.rng.choice(tuple(self.declared.entries))
            self._put(self.rng.choice(free), Entry(parent, *self._values()))

    def _remove(self) -> None:
        """An entry less; what hung on it hangs on its parent. The root stays."""
        names = [name for name, entry in self.declared.entries.items() if entry.parent]
        if not names:
            return
        gone = self.rng.choice(names)
        parent = self.declared.entries[gone].parent
        rest = {
            name: replace(entry, parent=parent) if entry.parent == gone else entry
            for name, entry in self.declared.entries.items()
            if name != gone
        }
        current = None if self.declared.current == gone else self.declared.current
        self._write(Declared(rest, current), f"without {gone}")

    def _hand(self) -> None:
        """One change by hand, if there is anything to change."""
        host = look(self.domain)
        made = (self._create, self._describe, self._reparent, self._current, self._revert)
        ways: tuple[Callable[[Host, str], str | None], ...] = (*made, self._delete, self._unmark)
        if not host.snapshots:
            ways = (self._create,)
        name = self.rng.choice(sorted(host.snapshots)) if host.snapshots else ""
        done = self.rng.choice(ways)(host, name)
        if done is not None:
            self.log.append(f"by hand: {done}")

    def _create(self, _host: Host, _name: str) -> str:
        name = f"theirs-{next(self.number)}"
        hands.virsh(self.domain, "snapshot-create-as", name)
        return f"create {name}"

    def _describe(self, host: Host, name: str) -> str | None:
        old, new = host.snapshots[name].description, self.rng.choice(WORDS)
        if not old or old == new:
            return None
        hands.describe(self.domain, name, old, new)
        return f"describe {name} {new}"

    def _reparent(self, host: Host, name: str) -> str | None:
        others = [each for each in sorted(host.snapshots) if name not in _line(host, each)]
        if host.snapshots[name].parent is None or not others:
            return None
        parent = self.rng.choice(others)
        hands.reparent(self.domain, name, parent)
        return f"{name} below {parent}"

    def _current(self, _host: Host, name: str) -> str:
        hands.virsh(self.domain, "snapshot-current", name)
        return f"current {name}"

    def _revert(self, _host: Host, name: str) -> str:
        hands.virsh(self.domain, "snapshot-revert", name)
        return f"revert {name}"

    def _delete(self, host: Host, name: str) -> str | None:
        """Not a current root, or the root of all: libvirtd does not outlive some of those."""
        below = {each for each in host.snapshots if name in _line(host, each)}
        if host.snapshots[name].parent is None and host.current in below:
            return None
        flags = self.rng.choice(((), ("--children",), ("--children-only",)))
        hands.virsh(self.domain, "snapshot-delete", name, *flags)
        return f"delete {name} {flags}"

    def _unmark(self, host: Host, name: str) -> str | None:
        marked = host.snapshots[name].marked
        if marked == 0:
            return None
        if marked > 1 and self.rng.random() < 0.5:
            hands.as_of_format_1(self.domain, name)
            return f"mark of {name} in format 1"
        hands.without_mark(self.domain, name)
        return f"no mark on {name}"


def _line(host: Host, name: str) -> Iterator[str]:
    """The snapshot and those above it."""
    at: str | None = name
    while at is not None:
        yield at
        at = host.snapshots[at].parent


def _brief(action: dict[str, str]) -> str:
    return f"{action['action']} {action['snapshot']}"


def _plain(found: Found) -> Found:
    snapshot, name, origin, kind = found
    return snapshot, "declaration" if name.startswith("declaration") else name, origin, kind


@contextmanager
def history(seed: int, daemon: Daemon, folder: Path) -> Iterator[History]:
    """The history of a seed, not lived yet, with a domain of its own."""
    daemon.start()
    domain = define(daemon, f"drift-{seed}-{next(NUMBERS)}")
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    try:
        yield History(domain, folder / f"{domain.name}.yaml", rng)
    finally:
        daemon.start()
        domain.remove()
