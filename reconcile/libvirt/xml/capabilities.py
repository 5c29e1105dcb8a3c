"""`<capabilities>`: which guests a host can run."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconcile.libvirt.xml.element import Element, parse, text_of
from reconcile.model.definition import Need, Requirement


@dataclass(frozen=True, slots=True)
class Guests:
    """What each emulator that libvirt found knows, by its path and the guests' architecture."""

    machines: Mapping[tuple[str, str], frozenset[str]]
    domain_types: Mapping[tuple[str, str], frozenset[str]]

    def knows(self, needed: Requirement) -> bool | None:
        """Whether the emulator knows a machine or domain type; None of one libvirt did not find."""
        known = self.machines if needed.need is Need.MACHINE else self.domain_types
        found = known.get((needed.emulator, needed.arch))
        return None if found is None else needed.name in found


def external_revert(text: str) -> bool:
    """Whether the capabilities announce `<externalSnapshot/>` (libvirt 9.9 and newer)."""
    return parse(text).find("guest/features/externalSnapshot") is not None


def guests(text: str) -> Guests:
    """Which guests the emulators of the host can run."""
    machines: dict[tuple[str, str], frozenset[str]] = {}
    types: dict[tuple[str, str], frozenset[str]] = {}
    for arch in parse(text).iterfind("guest/arch"):
        key = (text_of(arch, "emulator") or "", arch.get("name", ""))
        machines[key] = machines.get(key, frozenset()) | _machines(arch)
        types[key] = types.get(key, frozenset()) | {
            each.get("type", "") for each in arch.iterfind("domain")
        }
    return Guests(machines, types)


def _machines(arch: Element) -> frozenset[str]:
    """Of all domain types: some list machines of their own."""
    found = (*arch.iterfind("machine"), *arch.iterfind("domain/machine"))
    return frozenset(each.text or "" for each in found)
