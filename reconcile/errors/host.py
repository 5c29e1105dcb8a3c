"""Errors of hosts: not reached, a call that failed, XML that cannot be read, leftovers."""

from dataclasses import dataclass
from difflib import get_close_matches
from shlex import quote

from reconcile.errors.base import ReconcileError
from reconcile.errors.libvirt_codes import LibvirtCode
from reconcile.errors.remedies import remedy_of
from reconcile.model.identity import DomainId

_WAITING = "wait for other calls"
_LIST = "`reconcile list {}` shows its snapshots"


@dataclass(frozen=True, slots=True)
class LibvirtMessage:
    """Libvirt's error number and its words for one error."""

    code: int
    text: str


class HostError(ReconcileError):
    """A libvirt call that failed. `code` is libvirt's error number, `call` what was asked of it."""

    def __init__(self, host: str, domain: str | None, call: str, reason: LibvirtMessage) -> None:
        where = f"{host}: {domain}" if domain else host
        words = " ".join(reason.text.split())  # some of libvirt's messages hold QEMU's own lines
        super().__init__(f"{where}: {call}: {words}", remedy_of(call, reason.code, words))
        self.host = host
        self.domain = domain
        self.call = call
        self.code = reason.code


class LostJobError(HostError):
    """libvirtd holds a domain for a job that it lost as it was killed."""

    def __init__(self, host: str, domain: str) -> None:
        text = "libvirtd holds it for a job that nobody works on: restart it"
        super().__init__(
            host, domain, _WAITING, LibvirtMessage(LibvirtCode.OPERATION_TIMEOUT, text)
        )
        self.remedy = "then run this again"


class LostStartError(HostError):
    """libvirtd was killed before it had the pid of a QEMU: no restart makes it give up that start.

    It does not connect again to a domain whose status file says pid 0, and keeps its job (tried on
    9.0.0, 11.3.0 and 12.8.0). `status`: that file. The command removes it only where it says so.
    """

    def __init__(self, host: str, domain: str, status: str) -> None:
        command = f"""grep "<domstatus .* pid='0'" {status} && rm {status}"""
        text = (
            "libvirt says that it starts QEMU, and it does not end: if libvirtd was killed as it "
            f"began, stop libvirtd, run `{command}` on its host, and start it again"
        )
        super().__init__(
            host, domain, _WAITING, LibvirtMessage(LibvirtCode.OPERATION_TIMEOUT, text)
        )
        self.remedy = "then run this again"


class HostsError(ReconcileError):
    """Several hosts that cannot be reached; holds the error of each."""

    def __init__(self, errors: tuple[HostError, ...]) -> None:
        super().__init__(
            f"{len(errors)} hosts cannot be reached",
            "nothing was changed; give only the manifests of the other hosts to go on without them",
        )
        self.errors = errors


@dataclass(frozen=True, slots=True)
class UnknownDomain:
    """An argument that names no domain of a host, and the name that may have been meant."""

    argument: str
    meant: str | None


class UnknownDomainsError(ReconcileError):
    """Arguments of a command that name no domain of the host; holds all of them."""

    def __init__(self, host: str, unknown: tuple[UnknownDomain, ...]) -> None:
        names = ", ".join(f"`{each.argument}`" for each in unknown)
        meant = dict.fromkeys(f"`{each.meant}`" for each in unknown if each.meant)
        super().__init__(
            f"{host}: no domain matches {names}",
            f"did you mean {', '.join(meant)}?" if meant else "`reconcile list` shows them all",
        )
        self.host = host
        self.unknown = unknown


class UnknownSnapshotError(ReconcileError):
    """A domain has no snapshot of the name that a command was given."""

    def __init__(self, domain: DomainId, snapshot: str, known: tuple[str, ...]) -> None:
        close = get_close_matches(snapshot, known, n=1)
        super().__init__(
            f"{domain.host.uri}: {domain.name} has no snapshot `{snapshot}`",
            f"did you mean `{close[0]}`?" if close else _LIST.format(quote(domain.name)),
        )
        self.domain = domain
        self.snapshot = snapshot


class NoParentError(ReconcileError):
    """A command asks for the parent of a snapshot that is a root."""

    def __init__(self, domain: DomainId, snapshot: str) -> None:
        super().__init__(
            f"{domain.host.uri}: snapshot `{snapshot}` of {domain.name} has no parent",
            _LIST.format(f"{quote(domain.name)} --tree"),
        )
        self.domain = domain
        self.snapshot = snapshot


class NoCurrentSnapshotError(ReconcileError):
    """A command is about the current snapshot of a domain, and none is current."""

    def __init__(self, domain: DomainId) -> None:
        super().__init__(
            f"{domain.host.uri}: no snapshot of {domain.name} is current",
            f"name one: {_LIST.format(quote(domain.name))}",
        )
        self.domain = domain


class HostXmlError(ReconcileError):
    """XML from a host that cannot be read."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"libvirt's XML cannot be read: {reason}",
            "look at it with `virsh dumpxml` and `virsh snapshot-dumpxml`",
        )


class ReadOnlyError(ReconcileError):
    """A change that was asked for over a read-only connection."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"{host}: the connection is read-only and cannot apply a plan",
            "apply with a user and URI that may write, e.g. qemu:///system as root",
        )


class LeftoverError(ReconcileError):
    """A leftover of a call that cannot be removed; the remedy is the command that does it."""

    def __init__(self, what: str, why: str, command: str) -> None:
        super().__init__(f"{what} cannot be removed: {why}", f"run `{command}` on the host")
