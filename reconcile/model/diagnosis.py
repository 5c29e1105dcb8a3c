"""What `doctor` finds out: what a host and its domains can do, and what is wrong with them."""

from dataclasses import dataclass

from reconcile.model.domain import DomainState
from reconcile.model.finding import Finding
from reconcile.model.identity import DomainId, HostId
from reconcile.model.plan import Refusal


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: whether a libvirt can do it, and a sentence about its limits, or ""."""

    name: str
    possible: bool
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Ability:
    """A kind of snapshot of a domain, and why it cannot be taken now; None where it can."""

    name: str
    refusal: Refusal | None


@dataclass(frozen=True, slots=True)
class DomainDiagnosis:
    """What can be done with one domain here and now, and what was found of it."""

    id: DomainId
    state: DomainState
    abilities: tuple[Ability, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What one libvirt server can do, and what was found of it and of its domains.

    `files_seen`: the host's images can be looked at from here; else nothing is said of them.
    """

    host: HostId
    driver: str
    version: str
    files_seen: bool
    operations: tuple[Operation, ...]
    findings: tuple[Finding, ...]
    domains: tuple[DomainDiagnosis, ...]

    @property
    def count(self) -> int:
        """How many findings there are in all."""
        return len(self.findings) + sum(len(each.findings) for each in self.domains)
