"""Every error that ends a run, with its data, its exit code and its words, in this one place.

An error says what happened, where (file:line:column, or host and domain) and what to do.
Refusals of a plan are no errors: see `rules.refusals`.
"""

from dataclasses import dataclass
from enum import IntEnum

from reconcile.model.desired import Position


class Exit(IntEnum):
    """Exit codes (design §7)."""

    OK = 0
    ERROR = 1
    CHANGES = 2
    BLOCKED = 3
    ROLLED_BACK = 4
    INCOMPLETE = 5
    USAGE = 64
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a manifest. `path` is the key path, e.g. `snapshots[2].disks.vda`."""

    position: Position
    path: str
    message: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.position}: {self.path}" if self.path else str(self.position)
        return f"{where}: {self.message}\n    {self.remedy}"


class ReconcileError(Exception):
    """Base of all errors that are reported without a traceback."""

    exit_code = Exit.ERROR

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class UsageError(ReconcileError):
    """The command line itself is wrong."""

    exit_code = Exit.USAGE


class ManifestError(ReconcileError):
    """One or more manifests are wrong; holds every problem found, in file order."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__(f"{count} in the manifests", "nothing was read from any host")
        self.problems = problems


class HostError(ReconcileError):
    """A libvirt call failed. `code` is libvirt's error number, `call` what was asked of it."""

    def __init__(self, host: str, domain: str | None, call: str, reason: "Reason") -> None:
        where = f"{host}: {domain}" if domain else host
        super().__init__(f"{where}: {call}: {reason.text}", _remedy(reason.code))
        self.host = host
        self.domain = domain
        self.call = call
        self.code = reason.code


@dataclass(frozen=True, slots=True)
class Reason:
    """Libvirt's own words and error number."""

    code: int
    text: str


class HostXmlError(ReconcileError):
    """XML from a host that cannot be read."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"libvirt's XML cannot be read: {reason}",
            "look at it with `virsh dumpxml` and `virsh snapshot-dumpxml`",
        )


class ReadOnlyError(ReconcileError):
    """Something was to be changed over a read-only connection."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"{host}: the connection is read-only and cannot apply a plan",
            "apply with a user and URI that may write, e.g. qemu:///system as root",
        )


_REMEDIES = {
    1: "see libvirtd's log on the host",
    5: "check the URI: libvirt knows no driver for it",
    8: "see libvirtd's log on the host",
    29: "use a user that may do this, or ask the host's administrator",
    38: "check that libvirtd runs there and that the URI and its socket are right",
    39: "the connection broke: check the host and run `reconcile plan` again",
    42: "check the domain's name with `virsh list --all`",
    45: "check the credentials for this URI",
    68: "another job holds the domain: wait for it to end, then plan again",
    72: "somebody deleted it meanwhile: plan again",
    88: "ask the host's administrator for access to this domain",
}


def _remedy(code: int) -> str:
    return _REMEDIES.get(code, "see libvirtd's log on the host, then run `reconcile plan` again")


class PlanFileError(ReconcileError):
    """A saved plan cannot be used at all: broken, edited, or of another format."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(f"{file}: {what}", "make a new one with `reconcile plan --out FILE`")


class UnexpectedPlanError(ReconcileError):
    """The plan is not the one that `--expect` names."""

    exit_code = Exit.BLOCKED

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(
            f"the plan's digest is {found}, not {expected}",
            "review the plan as it is now, then pass its digest",
        )


class ConfirmationNeededError(UsageError):
    """Nobody can be asked, and nobody said yes."""

    def __init__(self) -> None:
        super().__init__(
            "apply changes the hosts and there is no terminal to ask on",
            "review the plan, then pass --yes",
        )
