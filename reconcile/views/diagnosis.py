"""The view of a diagnosis: the host's operations, and domain by domain the findings."""

from dataclasses import dataclass

from reconcile.model.diagnosis import Diagnosis, DomainDiagnosis, Operation
from reconcile.model.finding import Finding
from reconcile.model.identity import HostId

UNSEEN = (
    "The files of this host cannot be seen from here: nothing is said of what its images hold; "
    "run doctor on the host itself, as root"
)


@dataclass(frozen=True, slots=True)
class DiagnosisView:
    """One host, its operations and findings; `notes` are sentences about the diagnosis."""

    host: HostId
    libvirt: str
    operations: tuple[Operation, ...]
    findings: tuple[Finding, ...]
    domains: tuple[DomainDiagnosis, ...]
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
        domains=found.domains,
        notes=(UNSEEN,) if unseen else (),
        count=found.count,
    )
