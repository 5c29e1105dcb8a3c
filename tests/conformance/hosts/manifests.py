"""Random manifests for the domains of a host: what is there kept, dropped, added and moved."""

import random
from collections.abc import Mapping
from typing import Any, Final

from tests.conformance.hosts.facts import DomainFacts
from tests.hosts.scenario import Words

NAMES: Final = ("base", "work", "test", "done", "next", "last")
OVERLAYS: Final = ("/images/x.ov", "/images/y.ov")
"""Overlays that manifests of several domains may name at once."""
RUN_STATES: Final = ("as-captured", "as-captured", "as-captured", "running", "paused")
Entry = dict[str, Any]


def random_manifests(rng: random.Random, domains: Mapping[str, DomainFacts]) -> list[Words]:
    """One document for each of some domains, or one for several."""
    count = min(rng.choice((1, 1, 1, 2, 2, 3, 4)), len(domains))
    chosen = rng.sample(sorted(domains), count)
    if count > 1 and rng.random() < 0.2:
        first = domains[chosen[0]]
        return [{**_document(rng, first), "domains": sorted(chosen)}]
    return [{**_document(rng, domains[name]), "domain": name} for name in sorted(chosen)]


def _document(rng: random.Random, domain: DomainFacts) -> Words:
    kept = _kept(rng, domain)
    dropped = [name for name in domain.snapshots if name not in kept]
    entries = [_entry(domain, name, kept) for name in kept]
    _changed(rng, domain, entries)
    entries += _added(rng, domain, [entry["name"] for entry in entries])
    if not entries:
        entries = [{"name": rng.choice(NAMES), **_kind(rng, domain)}]
    words: dict[str, Any] = {"snapshots": entries}
    forgotten = [name for name in dropped if rng.random() < 0.25]
    words |= {"forget": forgotten} if forgotten else {}
    words |= {"prune": "owned"} if rng.random() < 0.15 else {}
    return {**words, **_current(rng, domain, entries)}


def _kept(rng: random.Random, domain: DomainFacts) -> list[str]:
    share = rng.choice((1.0, 1.0, 0.8, 0.6, 0.3))
    return [name for name in domain.snapshots if rng.random() < share]


def _entry(domain: DomainFacts, name: str, kept: list[str]) -> Entry:
    """An entry as it is; what was below a dropped snapshot hangs on that one's parent."""
    parent = domain.snapshots[name].parent
    while parent is not None and parent not in kept:
        found = domain.snapshots.get(parent)
        parent = found.parent if found else None
    return {"name": name, **({"parent": parent} if parent else {})}


def _changed(rng: random.Random, domain: DomainFacts, entries: list[Entry]) -> None:
    """Some entries are declared otherwise than they are."""
    for index, entry in enumerate(entries):
        match rng.choice(("describe", "rename", "replace", *("as it is",) * 11)):
            case "describe":
                entry["description"] = rng.choice(("", "one", "<two> & ü"))
            case "rename":
                new = f"{entry['name']}-2"
                for child in entries:
                    if child.get("parent") == entry["name"]:
                        child["parent"] = new
                entries[index] = {**entry, "name": new, "renamed-from": entry["name"]}
            case "replace":
                entries[index] = {**entry, **_kind(rng, domain)}


def _added(rng: random.Random, domain: DomainFacts, declared: list[str]) -> list[Entry]:
    free = [name for name in NAMES if name not in {*declared, *domain.snapshots}]
    added: list[Entry] = []
    for name in rng.sample(free, min(len(free), rng.choice((0, 1, 1, 1, 2)))):
        parents: list[str | None] = [domain.current] * 6 if domain.current in declared else []
        parents += [None, *declared] if rng.random() < 0.3 or not parents else []
        parent = rng.choice(parents or [None])
        entry: Entry = {"name": name, **({"parent": parent} if parent else {})}
        copied = [each for each in declared if each in domain.snapshots]
        if copied and rng.random() < 0.06:
            source = rng.choice(copied)
            above = domain.snapshots[source].parent
            entry = {"name": name, "clone-of": source, **({"parent": above} if above else {})}
            if above not in declared:
                entry.pop("parent", None)
        else:
            entry |= _kind(rng, domain)
        added.append(entry)
        declared = [*declared, name]
    return added


def _kind(rng: random.Random, domain: DomainFacts) -> Entry:
    """Where a snapshot shall keep its data."""
    targets = domain.writable
    match rng.choice(("plain", "external", "external", "external", "mixed", "memory", "internal")):
        case "plain":
            return {}
        case "internal":
            return {"disks": dict.fromkeys(targets, "internal")} if targets else {}
        case "memory":
            return {"memory": rng.choice(("external", {"external": f"/images/{domain.name}.mem"}))}
        case "mixed":
            return {"disks": {t: rng.choice(("external", "external", "none")) for t in targets}}
        case _:
            return {"disks": {target: _external(rng) for target in targets}}


def _external(rng: random.Random) -> Any:  # noqa: ANN401 - a manifest's own words
    if rng.random() < 0.08:
        return {"snapshot": "external", "file": rng.choice(OVERLAYS)}
    return "external"


def _current(rng: random.Random, domain: DomainFacts, entries: list[Entry]) -> Words:
    if rng.random() < 0.45:
        return {}
    names = [entry["name"] for entry in entries]
    wanted = domain.current if domain.current in names and rng.random() < 0.4 else rng.choice(names)
    if rng.random() < 0.4:
        return {"current": wanted}
    words = {"snapshot": wanted, "revert": rng.choice(("when-needed", "always", "always"))}
    return {"current": {**words, "run-state": rng.choice(RUN_STATES)}}
