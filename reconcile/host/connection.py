"""The only importer of libvirt: thin handles with keyword arguments, and one error boundary."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from time import perf_counter
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import urlsplit, urlunsplit

import libvirt

from reconcile.errors import HostError, ReadOnlyError, Reason
from reconcile.host.domain_xml import external_revert
from reconcile.host.patience import within
from reconcile.model.domain import DomainState
from reconcile.model.host import Capabilities

Result = TypeVar("Result")

_log = logging.getLogger(__name__)

CONNECT_SECONDS = 30
CALLS_AT_ONCE = 4  # libvirtd serves five calls of one connection at once; one stays for keepalive

_STATES = {
    libvirt.VIR_DOMAIN_RUNNING: DomainState.RUNNING,
    libvirt.VIR_DOMAIN_BLOCKED: DomainState.RUNNING,
    libvirt.VIR_DOMAIN_PAUSED: DomainState.PAUSED,
    libvirt.VIR_DOMAIN_SHUTOFF: DomainState.SHUTOFF,
    libvirt.VIR_DOMAIN_CRASHED: DomainState.OTHER,
}

# libvirt prints every error to stderr by itself; they are reported once, in our words
libvirt.registerErrorHandler(lambda _context, _error: None, None)


def shown(uri: str | None) -> str:
    """The URI for people: without a password."""
    if uri is None:
        return "libvirt's default host"
    parts = urlsplit(uri)
    if parts.password is None:
        return uri
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username}@{host}"))


@contextmanager
def _reported(host: str, call: str, domain: str | None = None) -> Iterator[None]:
    start = perf_counter()
    try:
        yield
    except libvirt.libvirtError as error:
        raise HostError(host, domain, call, _reason(error)) from error
    finally:
        took = (perf_counter() - start) * 1000
        _log.debug("%s: %s%s: %.1f ms", host, f"{domain}: " if domain else "", call, took)


def _reason(error: libvirt.libvirtError) -> Reason:
    return Reason(error.get_error_code() or 1, str(error))


def _opened(uri: str | None, *, readonly: bool) -> libvirt.virConnect:
    """A dead host behind ssh would be waited for without end, and deaf to Ctrl-C."""
    call = libvirt.openReadOnly if readonly else libvirt.open
    try:
        return within(CONNECT_SECONDS, lambda: call(uri))
    except TimeoutError as error:
        reason = Reason(libvirt.VIR_ERR_SYSTEM_ERROR, f"no answer within {CONNECT_SECONDS} seconds")
        raise HostError(shown(uri), None, "connect", reason) from error


def _flags(group: str, names: tuple[str, ...]) -> int:
    """The bits of VIR_DOMAIN_SNAPSHOT_<group>_<name>."""
    bits = (int(getattr(libvirt, f"VIR_DOMAIN_SNAPSHOT_{group}_{name}")) for name in names)
    return sum(bits)


@dataclass(frozen=True, slots=True)
class DomainRef:
    """A domain by name, for people, and by UUID, for libvirt."""

    name: str
    uuid: str


class Connection:
    """One libvirt connection, closed as a context manager. `uri` is shown without a password."""

    def __init__(self, uri: str | None, *, readonly: bool) -> None:
        self.readonly = readonly
        with _reported(shown(uri), "connect"):
            self._handle = _opened(uri, readonly=readonly)
            self.uri = shown(uri or self._handle.getURI())
        self._pool = ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix="libvirt")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=True)
        with suppress(libvirt.libvirtError):  # it is done with; how a run ended is known already
            self._handle.close()

    @property
    def local(self) -> bool:
        """Whether the host's files are this machine's files: no server in the URI, no tunnel."""
        parts = urlsplit(self.uri)
        return not parts.hostname and parts.scheme.partition("+")[2] in {"", "unix"}

    def capabilities(self) -> Capabilities:
        """What the host says of itself."""
        with _reported(self.uri, "read the capabilities"):
            number = self._handle.getLibVersion()
            version = (number // 1_000_000, number // 1000 % 1000, number % 1000)
            announced = external_revert(self._handle.getCapabilities())
            found = Capabilities(self._handle.getType(), version, announced)
        _log.debug("%s: driver %s, libvirt %s", self.uri, found.driver, found.version)
        return found

    def domains(self) -> tuple[DomainRef, ...]:
        """Every domain, active or not, by name."""
        with _reported(self.uri, "list the domains"):
            found = self._handle.listAllDomains(0)
            refs = [DomainRef(each.name(), each.UUIDString()) for each in found]
        return tuple(sorted(refs, key=lambda ref: ref.name))

    def domain(self, ref: DomainRef) -> "DomainHandle":
        """The domain by its UUID. Raises HostError when it is gone."""
        with _reported(self.uri, "look up the domain", ref.name):
            handle = self._handle.lookupByUUIDString(ref.uuid)
        return DomainHandle(self, handle, ref)

    def each(self, call: Callable[[str], Result], keys: list[str]) -> list[Result]:
        """`call` for every key, a few at once, results in order."""
        return list(self._pool.map(call, keys)) if keys[1:] else [call(key) for key in keys]


class DomainHandle:
    """One domain of a connection: reads, and the four calls that change snapshots."""

    def __init__(self, host: Connection, handle: libvirt.virDomain, ref: DomainRef) -> None:
        self._host = host
        self._handle = handle
        self.ref = ref

    def _call(self, what: str) -> AbstractContextManager[None]:
        return _reported(self._host.uri, what, self.ref.name)

    def require_write(self) -> None:
        """Raise before anything is touched, where the connection cannot change the domain.

        A daemon's read-only socket answers an ordinary open: only a privileged read tells.
        """
        if self._host.readonly:
            raise ReadOnlyError(self._host.uri)
        try:
            self._handle.XMLDesc(libvirt.VIR_DOMAIN_XML_SECURE)
        except libvirt.libvirtError as error:
            if error.get_error_code() == libvirt.VIR_ERR_OPERATION_DENIED:
                raise ReadOnlyError(self._host.uri) from error
            raise HostError(
                self._host.uri, self.ref.name, "read the definition", _reason(error)
            ) from error

    def xml(self) -> str:
        """The definition as it is now, without secrets."""
        with self._call("read the definition"):
            return str(self._handle.XMLDesc(0))

    def state(self) -> DomainState:
        """As it is now."""
        with self._call("read the state"):
            number = int(self._handle.info()[0])
            return _STATES.get(number, DomainState.OTHER)

    def persistent(self) -> bool:
        """Whether it outlives being stopped."""
        with self._call("read the domain"):
            return bool(self._handle.isPersistent())

    def managed_save(self) -> bool:
        """Whether the next start resumes a saved memory image."""
        with self._call("look for a managed save image"):
            return self._optional(lambda: bool(self._handle.hasManagedSaveImage(0)), False)

    def checkpoints(self) -> tuple[str, ...]:
        """Names, sorted; empty where the driver has none."""
        with self._call("list the checkpoints"):
            names: tuple[str, ...] = ()
            return tuple(sorted(self._optional(self._checkpoint_names, names)))

    def _checkpoint_names(self) -> tuple[str, ...]:
        return tuple(str(each.getName()) for each in self._handle.listAllCheckpoints(0))

    def block_job(self, target: str) -> bool:
        """Whether a block job runs on this disk of the active domain."""
        with self._call(f"look for a block job on {target}"):
            return bool(self._optional(lambda: self._handle.blockJobInfo(target, 0), None))

    def snapshot_xml(self) -> list[str]:
        """Every snapshot's XML without secrets: one listing, then a few reads at once."""
        with self._call("list the snapshots"):
            found = {each.getName(): each for each in self._handle.listAllSnapshots(0)}
            return self._host.each(lambda name: str(found[name].getXMLDesc(0)), sorted(found))

    def current(self) -> str | None:
        """The current snapshot's name."""
        with self._call("look up the current snapshot"):
            if not self._handle.hasCurrentSnapshot(0):
                return None
            return str(self._handle.snapshotCurrent(0).getName())

    def secure_xml(self, snapshot: str) -> str:
        """A snapshot's XML with its secrets: to be sent back, never to be shown."""
        with self._call(f"read snapshot {snapshot}"):
            found = self._handle.snapshotLookupByName(snapshot, 0)
            return str(found.getXMLDesc(libvirt.VIR_DOMAIN_SNAPSHOT_XML_SECURE))

    def create(self, xml: str, flags: tuple[str, ...]) -> None:
        """Take a snapshot; flags by libvirt's names, as in `host.calls`."""
        with self._call("create a snapshot"):
            self._handle.snapshotCreateXML(xml, _flags("CREATE", flags))

    def redefine(self, xml: str, flags: tuple[str, ...]) -> None:
        """Replace one snapshot's metadata."""
        with self._call("redefine a snapshot"):
            self._handle.snapshotCreateXML(xml, _flags("CREATE", flags))

    def delete(self, snapshot: str, flags: tuple[str, ...]) -> None:
        """Delete one snapshot, or its metadata."""
        with self._call(f"delete snapshot {snapshot}"):
            self._handle.snapshotLookupByName(snapshot, 0).delete(_flags("DELETE", flags))

    def revert(self, snapshot: str, flags: tuple[str, ...]) -> None:
        """Revert; whatever the guest holds since is lost."""
        with self._call(f"revert to snapshot {snapshot}"):
            found = self._handle.snapshotLookupByName(snapshot, 0)
            self._handle.revertToSnapshot(found, _flags("REVERT", flags))

    @staticmethod
    def _optional(call: Callable[[], Result], missing: Result) -> Result:
        """A read that some drivers do not have."""
        try:
            return call()
        except libvirt.libvirtError as error:
            if error.get_error_code() == libvirt.VIR_ERR_NO_SUPPORT:
                return missing
            raise
