"""The view of a diagnosis: the host's operations, and domain by domain the findings."""

from dataclasses import dataclass

from reconcile.model.diagnosis import Ability, Diagnosis, DomainDiagnosis, Operation
from reconcile.model.domain import DomainState
from reconcile.model.finding import Finding
from reconcile.model.identity import DomainId, HostId

UNSEEN = (
    "The files of this host cannot be seen from here: nothing is said of what its images hold; "
    "run doctor on the host itself, as root"
)


@dataclass(frozen=True, slots=True)
class DomainDiagnosisView:
    """One domain: its state, what can be taken of it now, and its findings."""

    domain: DomainId
    state: DomainState
    abilities: tuple[Ability, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class DiagnosisView:
    """One host, its operations and findings; `notes` are sentences about the diagnosis."""

    host: HostId
    libvirt: str
    operations: tuple[Operation, ...]
    findings: tuple[Finding, ...]
    domains: tuple[DomainDiagnosisView, ...]
    notes: tuple[str, ...]
    count: int


def diagnosis_view(found: Diagnosis) -> DiagnosisView:
    """The view of a diagnosis."""
    unseen = not found.files_seen and found.driver.lower() != "test"
    return DiagnosisView(
        host=found.host,
        libvirt=f"{found.driver}, libvirt {found.version}",
        operations=found.operations,
        findings=found.findings,
        domains=tuple(map(_domain, found.domains)),
        notes=(UNSEEN,) if unseen else (),
        count=found.count,
    )


def _domain(found: DomainDiagnosis) -> DomainDiagnosisView:
    return DomainDiagnosisView(found.id, found.state, found.abilities, found.findings)
