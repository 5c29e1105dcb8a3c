"""Random changes by hand between applies: what people do with virsh and qemu-img.

Each is a step of a scenario: lines for a shell, or guests that write. Files are found by the lines
themselves, since overlays are named by the second, so that a step can be taken again on a host
drawn anew.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from tests.conformance.hosts.facts import DomainFacts
from tests.conformance.hosts.manifests import NAMES
from tests.hosts.scenario import Words

MERGE_SECONDS: Final = 20
Make = Callable[[random.Random, DomainFacts], str]
Facts = Mapping[str, DomainFacts]


def random_change(rng: random.Random, domains: Facts) -> Words:
    """A step that makes sense on the host as it is."""
    possible = [step for name in domains for step in _possible(domains[name])]
    weights = [weight for weight, _, _ in possible]
    _, make, name = rng.choices(possible, weights)[0]
    if make is _write:
        return {"write": sorted(rng.sample(sorted(domains), rng.randint(1, len(domains))))}
    if make is _attach_clone:
        return {"run": _clone_attached(domains[name], domains[rng.choice(sorted(domains))])}
    return {"run": make(rng, domains[name])}


def start_some(rng: random.Random, domains: Facts) -> Words:
    """The first step: some of the domains are started."""
    lines = [f"virsh start {n}{rng.choice(('', '', ' --paused'))} || :" for n in domains]
    chosen = [line for line in lines if rng.random() < 0.4]
    return {"run": "\n".join(chosen or [":"])}


def _possible(domain: DomainFacts) -> Iterator[tuple[float, Make, str]]:
    for weight, make in _changes(domain):
        yield weight, make, domain.name


def _changes(domain: DomainFacts) -> Iterator[tuple[float, Make]]:
    encrypted = any(disk.encrypted for disk in domain.disks.values())
    yield 3, _power
    yield 3, _write
    yield 0.3, _stray_overlay
    if encrypted:  # by hand libvirt breaks such a domain for good; the rest is a plan's to refuse
        return
    yield 5, _take
    yield 0.3, _attach_clone
    if domain.snapshots:
        yield from _of_snapshots(domain)
    if "vdb" in domain.disks:
        yield 0.5, _detach
    else:
        yield 0.5, _attach
    if any(disk.device == "cdrom" and disk.place for disk in domain.disks.values()):
        yield 0.6, _eject
        yield 0.4, _lose_medium
    if domain.active:
        yield 0.3, _save
    if any(disk.kind == "volume" for disk in domain.disks.values()):
        yield 0.5, _stop_pool


def _of_snapshots(domain: DomainFacts) -> Iterator[tuple[float, Make]]:
    yield 1.5, _delete
    yield 1.0, _forget
    yield 2.5, _revert
    first = domain.disks.get("vda")
    if any(each.external for each in domain.snapshots.values()) and first and first.kind == "file":
        yield 0.3, _lose_top
        if domain.active:
            yield 1.5, _merge_live
            yield 0.4, _pull
        else:
            yield 0.6, _merge_off
            yield 0.6, _flatten
            yield 0.4, _lengthen
    if any("internal" in each.kinds.values() for each in domain.snapshots.values()):
        yield 0.5, _lose_tag


def _power(rng: random.Random, domain: DomainFacts) -> str:
    verbs = {"shutoff": ("start", "start --paused"), "running": ("destroy", "destroy", "suspend")}
    return f"virsh {_at(rng.choice(verbs.get(domain.state, ('destroy', 'resume'))), domain)} || :"


def _at(verb: str, domain: DomainFacts) -> str:
    word, _, option = verb.partition(" ")
    return f"{word} {domain.name} {option}".rstrip()


def _write(_rng: random.Random, domain: DomainFacts) -> str:
    """Done by the case itself: a guest writes through its QEMU."""
    raise NotImplementedError(domain.name)


def _take(rng: random.Random, domain: DomainFacts) -> str:
    free = [name for name in NAMES if name not in domain.snapshots] or [NAMES[0]]
    line = f"virsh snapshot-create-as {domain.name} {rng.choice(free)}"
    match rng.choice(("internal", "internal", "disks", "disks", "some", "memory", "lost")):
        case "disks":
            return f"{line} --disk-only || :"
        case "some":
            out = rng.choice(domain.writable or ["vda"])
            return f"{line} --disk-only --diskspec {out},snapshot=no || :"
        case "memory":
            return f"{line} --memspec file=/images/{domain.name}.{rng.choice(free)}.mem || :"
        case "lost" if rng.random() < 0.3:
            return f"{line} --disk-only --no-metadata || :"
        case _:
            return f"{line} || :"


def _delete(rng: random.Random, domain: DomainFacts) -> str:
    options = rng.choice(("", "", "", " --children"))
    return f"virsh snapshot-delete {domain.name} {_any(rng, domain)}{options} || :"


def _forget(rng: random.Random, domain: DomainFacts) -> str:
    return f"virsh snapshot-delete {domain.name} {_any(rng, domain)} --metadata || :"


def _revert(rng: random.Random, domain: DomainFacts) -> str:
    options = rng.choice(("", "", "", " --running", " --paused"))
    return f"virsh snapshot-revert {domain.name} {_any(rng, domain)}{options} || :"


def _any(rng: random.Random, domain: DomainFacts) -> str:
    return rng.choice(sorted(domain.snapshots))


def _merge_live(rng: random.Random, domain: DomainFacts) -> str:
    """A running guest's chain is merged, all of it or the top, and the overlays are removed."""
    name = domain.name
    down_to = rng.choice(("", " --shallow", " --base $root", " --base $root"))
    merge = f"virsh blockcommit {name} vda --active --pivot --timeout {MERGE_SECONDS}{down_to}"
    lines = [_root(domain)] if "$root" in down_to else []
    lines += [_chain(name), f"{merge} || exit 0"]
    if rng.random() < 0.7:
        lines.append(_removed_above(name))
    return "; ".join(lines)


def _merge_off(rng: random.Random, domain: DomainFacts) -> str:
    """The top image of a domain that is off is merged down by hand, or its content alone."""
    name = domain.name
    below = "below=$(qemu-img info -U $top | sed -n 's/^backing file: //p' | sed 's/ (.*//')"
    is_qcow2 = "qemu-img info -U $below | grep -q '^file format: qcow2' || exit 0"
    lines = [_top(name), below, '[ -n "$below" ] || exit 0', is_qcow2]
    lines += ["qemu-img commit -q -d $top"]
    lines += [_redefined(name, "$below"), "rm $top"] if rng.random() < 0.8 else []
    return "; ".join(lines)


def _flatten(rng: random.Random, domain: DomainFacts) -> str:
    lines = [_chain(domain.name), "qemu-img rebase -f qcow2 -b '' $top || exit 0"]
    if rng.random() < 0.4:
        lines.append("for each in $chain; do [ $each = $top ] || rm $each; done")
    return "; ".join(lines)


def _lengthen(_rng: random.Random, domain: DomainFacts) -> str:
    """Somebody puts an overlay of their own on top."""
    new = f"/images/{domain.name}.hand"
    made = f"qemu-img create -q -f qcow2 -F qcow2 -b $top {new}"
    return "; ".join(
        [f"[ ! -e {new} ] || exit 0", _top(domain.name), made, _redefined(domain.name, new)]
    )


def _pull(_rng: random.Random, domain: DomainFacts) -> str:
    return f"virsh blockpull {domain.name} vda --timeout {MERGE_SECONDS} || :"


def _lose_top(_rng: random.Random, domain: DomainFacts) -> str:
    return f"{_top(domain.name)}; virsh destroy {domain.name} || :; rm $top"


def _lose_tag(rng: random.Random, domain: DomainFacts) -> str:
    inside = [s.name for s in domain.snapshots.values() if "internal" in s.kinds.values()]
    name = rng.choice(sorted(inside))
    return f"{_top(domain.name)}; qemu-img snapshot -d {name} $top || :"


def _attach(_rng: random.Random, domain: DomainFacts) -> str:
    file = f"/images/{domain.name}-more.qcow2"
    made = f"[ -e {file} ] || qemu-img create -q -f qcow2 {file} 2M"
    return f"{made}; {_attached(domain, file)}"


def _attach_clone(_rng: random.Random, domain: DomainFacts) -> str:
    """Needs a second domain."""
    raise NotImplementedError(domain.name)


def _clone_attached(domain: DomainFacts, other: DomainFacts) -> str:
    """A new image that lies on what the domain writes to, for another domain."""
    if domain.name == other.name or "vdb" in other.disks or domain.disks["vda"].kind != "file":
        return ":"
    file = f"/images/{domain.name}-copy.qcow2"
    form = domain.disks["vda"].format
    made = f"[ -e {file} ] || qemu-img create -q -u -f qcow2 -F {form} -b $top {file} 2M"
    return f"{_top(domain.name)}; {made}; {_attached(other, file)}"


def _attached(domain: DomainFacts, file: str) -> str:
    scope = "--persistent" if domain.active else "--config"
    return (
        f"virsh attach-disk {domain.name} {file} vdb --driver qemu --subdriver qcow2 {scope} || :"
    )


def _detach(_rng: random.Random, domain: DomainFacts) -> str:
    scope = "--config" if not domain.active else "--persistent"
    return f"virsh detach-disk {domain.name} vdb {scope} || :"


def _eject(_rng: random.Random, domain: DomainFacts) -> str:
    scope = "--config" if not domain.active else "--live --config"
    return f"virsh change-media {domain.name} hdc --eject {scope} || :"


def _lose_medium(rng: random.Random, domain: DomainFacts) -> str:
    first = f"{_eject(rng, domain)}; " if rng.random() < 0.6 else ""
    return f"{first}rm -f /images/tools.iso"


def _save(_rng: random.Random, domain: DomainFacts) -> str:
    return f"virsh managedsave {domain.name} || :"


def _stop_pool(_rng: random.Random, _domain: DomainFacts) -> str:
    return "virsh pool-destroy $POOL || :"


def _stray_overlay(rng: random.Random, domain: DomainFacts) -> str:
    """A file where libvirt would make the next overlay."""
    return (
        f"{_top(domain.name)}; qemu-img create -q -f qcow2 ${{top%.*}}.{rng.choice(NAMES)} 1M || :"
    )


def _top(name: str) -> str:
    return f"top=$(virsh domblklist {name} | awk '$1==\"vda\" {{print $2}}')"


def _root(domain: DomainFacts) -> str:
    """The image that the guest had before its first snapshot."""
    first = next(iter(domain.snapshots))
    path = "string(/domainsnapshot/domain/devices/disk[target/@dev='vda']/source/@file)"
    return f'root=$(virsh snapshot-dumpxml {domain.name} {first} --xpath "{path}")'


def _chain(name: str) -> str:
    listed = "qemu-img info -U --backing-chain $top | sed -n 's/^image: //p'"
    return f"{_top(name)}; chain=$({listed})"


def _removed_above(name: str) -> str:
    """All images of `$chain` above what the domain has now."""
    now = f"virsh domblklist {name} | awk '$1==\"vda\" {{print $2}}'"
    return f"now=$({now}); for each in $chain; do [ $each != $now ] || break; rm $each; done"


def _redefined(name: str, image: str) -> str:
    edit, file = f"sed \"s#'$top'#'{image}'#\"", f"$MANIFESTS/{name}.xml"
    return f"virsh dumpxml {name} --inactive | {edit} >{file}; virsh define {file}"
