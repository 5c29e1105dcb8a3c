"""Every error that ends a run, with its data, its exit code and its words, in this one place.

An error says what happened, where (file:line:column, or host and domain) and what to do.
Refusals of a plan are no errors: see `rules.refusals`.
"""

from dataclasses import dataclass

from reconcile.errors.libvirt_codes import LibvirtCode
from reconcile.model.desired import Position
from reconcile.model.exit import Exit

_WAITING = "wait for other calls"


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
        super().__init__(f"{count} in the manifests", "correct them first: nothing was changed")
        self.problems = problems


class HostError(ReconcileError):
    """A libvirt call failed. `code` is libvirt's error number, `call` what was asked of it."""

    def __init__(self, host: str, domain: str | None, call: str, reason: "LibvirtMessage") -> None:
        where = f"{host}: {domain}" if domain else host
        super().__init__(f"{where}: {call}: {reason.text}", _remedy(call, reason.code))
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
    """Several hosts cannot be reached; holds what each of them said."""

    def __init__(self, errors: tuple[HostError, ...]) -> None:
        super().__init__(
            f"{len(errors)} hosts cannot be reached",
            "nothing was changed; give only the manifests of the other hosts to go on without them",
        )
        self.errors = errors


@dataclass(frozen=True, slots=True)
class LibvirtMessage:
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


_REMEDIES: dict[int, str] = {
    LibvirtCode.INTERNAL_ERROR: "see libvirtd's log on the host",
    LibvirtCode.NO_CONNECT: "check the URI: libvirt knows no driver for it",
    LibvirtCode.INVALID_ARG: "see libvirtd's log on the host",
    LibvirtCode.OPERATION_DENIED: "use a user that may do this, or ask the host's administrator",
    LibvirtCode.SYSTEM_ERROR: (
        "check that libvirtd runs there and that the URI and its socket are right"
    ),
    LibvirtCode.RPC: "the connection broke: check the host and run `reconcile plan` again",
    LibvirtCode.NO_DOMAIN: "check the domain's name with `virsh list --all`",
    LibvirtCode.AUTH_FAILED: "check the credentials for this URI",
    LibvirtCode.OPERATION_TIMEOUT: (
        "another job holds the domain: wait for it to end, then plan again"
    ),
    LibvirtCode.NO_DOMAIN_SNAPSHOT: "somebody deleted it meanwhile: plan again",
    LibvirtCode.ACCESS_DENIED: "ask the host's administrator for access to this domain",
}


_UNTOLD = {LibvirtCode.INTERNAL_ERROR, LibvirtCode.INVALID_ARG, LibvirtCode.XML_ERROR}
_CONNECT = "check the URI, and that libvirt can read what it names"
_LOOK = "see libvirtd's log on the host, then run `reconcile plan` again"


def _remedy(call: str, code: int) -> str:
    """What to do about libvirt's error; some numbers say too little while connecting."""
    if call == "connect" and code in _UNTOLD:
        return _CONNECT
    return _REMEDIES.get(code, _LOOK)


class PlanFileError(ReconcileError):
    """A saved plan cannot be used at all: broken, edited, or of another format."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(f"{file}: {what}", "make a new one with `reconcile plan --out FILE`")


class PlanWriteError(ReconcileError):
    """A plan cannot be saved where `--out` says."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(f"{file}: {what}", "give --out a file in a directory you may write to")


class EmptyUriError(UsageError):
    """An empty `--connect`, most likely from a variable that is not set."""

    def __init__(self) -> None:
        super().__init__(
            "--connect is empty", "name a host, or leave the option out for libvirt's default"
        )


class RevisionError(UsageError):
    """A revision given by hand that would not be safe to show and to keep in a mark."""

    def __init__(self) -> None:
        super().__init__(
            "the revision is no plain word",
            "give up to 128 letters, digits, `.`, `_`, `/`, `+` and `-`, such as a commit",
        )


class NotAManifestError(UsageError):
    """A saved plan stands where only manifests can."""

    def __init__(self, file: str) -> None:
        super().__init__(
            f"{file} is a saved plan, not a manifest",
            "apply it alone, with `reconcile apply FILE`",
        )


class SavedPlanOptionError(UsageError):
    """An option that would silently do nothing: a saved plan holds what it was planned with."""

    def __init__(self, option: str) -> None:
        super().__init__(
            f"{option} cannot change a saved plan",
            f"leave it out, or make another plan with `reconcile plan {option} … --out FILE`",
        )


class OtherHostError(UsageError):
    """`--connect` contradicts a saved plan."""

    def __init__(self, given: str, planned: str) -> None:
        super().__init__(
            f"the plan was made for {planned}, not for {given}",
            "leave --connect out, or plan again for that host",
        )


class DumpFileError(ReconcileError):
    """A full dump named by `redefine-from` is not there, or not what was planned with."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(f"{file}: {what}", "restore the file, then plan again")


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


class DeclinedError(ReconcileError):
    """The answer to the question was not yes."""

    def __init__(self) -> None:
        super().__init__("not confirmed: nothing was changed", "apply again when it should be")


class OutputError(ReconcileError):
    """What was asked for could not be printed."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the output cannot be written: {reason}", "make room, then run it again")


class BugError(ReconcileError):
    """An exception nobody expected: a bug, told in one line. `acting`: some step had begun."""

    def __init__(self, error: Exception, place: str, *, acting: bool) -> None:
        then = "look at `reconcile plan`, and report" if acting else "nothing was changed; report"
        super().__init__(
            f"internal error at {place}: {type(error).__name__}: {error}",
            f"{then} this with what the same command prints under -v",
        )


class JournalError(ReconcileError):
    """A journal cannot be written or read."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(
            f"{file}: {what}", "make it readable and writable, with room, then run it again"
        )


class StateError(ReconcileError):
    """Something in the state directory cannot be made."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(
            f"{file}: {what}", "set XDG_STATE_HOME to a directory that you may write to"
        )


class LockedError(ReconcileError):
    """Another apply works on the domain."""

    def __init__(self, owner: str) -> None:
        super().__init__(
            f"another apply works on it: {owner}",
            "wait for its end, or wait longer with --timeout SECONDS",
        )
        self.owner = owner


class JournalHeldError(ReconcileError):
    """A journal is not left behind: its apply, resume or rollback still runs."""

    def __init__(self, file: str, owner: str) -> None:
        super().__init__(
            f"{file}: still written by {owner}",
            "nothing was changed; wait for the end of that process, or stop it with Ctrl-C",
        )


class PlanAppliedError(ReconcileError):
    """A saved plan that was applied before."""

    exit_code = Exit.BLOCKED

    def __init__(self, file: str) -> None:
        super().__init__(
            f"{file}: this plan was applied before",
            "a saved plan is applied once: make a new one with `reconcile plan --out FILE`",
        )


class NoJournalError(ReconcileError):
    """There is nothing to resume or to roll back."""

    def __init__(self, file: str | None) -> None:
        where = f"{file} has nothing unfinished" if file else "no apply was left unfinished"
        super().__init__(where, "look at `reconcile plan`")


class LeftoverError(ReconcileError):
    """What a cut-off call left cannot be removed from here; the remedy is the exact command."""

    def __init__(self, what: str, why: str, command: str) -> None:
        super().__init__(f"{what} cannot be removed: {why}", f"run `{command}` on the host")
