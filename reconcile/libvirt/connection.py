"""The only importer of libvirt: thin handles with keyword arguments, and one error boundary."""

import json
import logging
import shlex
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from threading import BoundedSemaphore, Lock, Thread, local
from time import perf_counter
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit, urlunsplit

import libvirt
import libvirt_qemu

from reconcile.errors import HostError, LibvirtMessage, LostStartError, ReadOnlyError
from reconcile.libvirt.deadline import within
from reconcile.libvirt.host_id import host_id
from reconcile.libvirt.xml.domain import disks, external_revert
from reconcile.model.domain import Disk, DomainState
from reconcile.model.host import Capabilities
from reconcile.model.identity import DomainId, HostId

Result = TypeVar("Result")

_log = logging.getLogger(__name__)

CONNECT_SECONDS = 30
CALLS_AT_ONCE = 5  # libvirtd serves five calls of one connection at once
CHANGES_AT_ONCE = 4  # they may take minutes; one call stays for looking
KEEPALIVE_SECONDS, KEEPALIVE_TRIES = 5, 5  # libvirt's own defaults

_STATES = {
    libvirt.VIR_DOMAIN_RUNNING: DomainState.RUNNING,
    libvirt.VIR_DOMAIN_BLOCKED: DomainState.RUNNING,
    libvirt.VIR_DOMAIN_PAUSED: DomainState.PAUSED,
    libvirt.VIR_DOMAIN_SHUTOFF: DomainState.SHUTOFF,
    libvirt.VIR_DOMAIN_CRASHED: DomainState.OTHER,
}

_STARTING = (libvirt.VIR_DOMAIN_PAUSED, libvirt.VIR_DOMAIN_PAUSED_STARTING_UP)
_WORKING = frozenset({libvirt.VIR_DOMAIN_CONTROL_JOB, libvirt.VIR_DOMAIN_CONTROL_OCCUPIED})
PROBE = "urn:libvirt-reconcile:probe:1"  # a namespace in which nothing is ever written


class _Said(local):
    """libvirt's last error in this thread, as told when it happened: its number and words.

    The bindings ask for it afterwards, and get nothing where Python freed a libvirt object in
    between, since that call resets it.
    """

    code: int | None = None
    text: str | None = None


_said = _Said()


def _remember(_context: None, error: Sequence[Any]) -> None:
    _said.code, _said.text = int(error[0]), str(error[2])


# libvirt prints every error to stderr by itself, unless somebody takes it: we report in our words
libvirt.registerErrorHandler(_remember, None)


def shown(uri: str | None) -> str:
    """The URI for people: without a password."""
    if uri is None:
        return "libvirt's default host"
    parts = urlsplit(uri)
    if parts.password is None:
        return uri
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username}@{host}"))


@cache
def _event_loop() -> None:
    """Serve keepalives: without it a host that went away is waited for without end."""
    libvirt.virEventRegisterDefaultImpl()
    Thread(target=_serve_events, name="libvirt-events", daemon=True).start()


def _serve_events() -> None:
    while True:
        with suppress(libvirt.libvirtError):
            libvirt.virEventRunDefaultImpl()


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


def _code(error: libvirt.libvirtError) -> int:
    code = error.get_error_code()
    return int(_said.code or 1 if code is None else code)


def _reason(error: libvirt.libvirtError) -> LibvirtMessage:
    lost = error.get_error_code() is None and _said.text
    return LibvirtMessage(_code(error) or 1, str(_said.text if lost else error))


def _opened(uri: str | None, *, readonly: bool) -> libvirt.virConnect:
    """A dead host behind ssh would be waited for without end, and deaf to Ctrl-C."""
    call = libvirt.openReadOnly if readonly else libvirt.open
    try:
        return within(CONNECT_SECONDS, lambda: call(uri))
    except TimeoutError as error:
        reason = LibvirtMessage(
            libvirt.VIR_ERR_SYSTEM_ERROR, f"no answer within {CONNECT_SECONDS} seconds"
        )
        raise HostError(shown(uri), None, "connect", reason) from error


def _flags(group: str, names: tuple[str, ...]) -> int:
    """The bits of VIR_DOMAIN_SNAPSHOT_<group>_<name>."""
    bits = (int(getattr(libvirt, f"VIR_DOMAIN_SNAPSHOT_{group}_{name}")) for name in names)
    return sum(bits)


def _numbers(said: object) -> dict[str, int]:
    """libvirt's statistics, whose type its bindings declare wrongly; nothing where it says none."""
    found = said if isinstance(said, dict) else {}
    return {str(key): value for key, value in found.items() if isinstance(value, int)}


class Connection:
    """One libvirt connection, closed as a context manager.

    `id` is which host it leads to, `uri` what the server calls it, without a password.
    """

    def __init__(self, uri: str | None, *, readonly: bool) -> None:
        self.readonly = readonly
        self._given = uri
        with _reported(shown(uri), "connect"):
            self._handle = self._open()
            self.uri = shown(self._handle.getURI())
            self.id = self._identity()
        self._pool = ThreadPoolExecutor(CALLS_AT_ONCE - 1, thread_name_prefix="libvirt")
        self._calls = BoundedSemaphore(CALLS_AT_ONCE)
        self._changes = BoundedSemaphore(CHANGES_AT_ONCE)
        self._reviving = Lock()
        self.generation = 0  # counts up with every new connection: older handles are dead

    def _identity(self) -> HostId:
        handle = self._handle
        said = (handle.getURI(), handle.getType(), handle.getHostname(), handle.getCapabilities())
        return host_id(self.uri, *map(str, said))

    def _open(self) -> libvirt.virConnect:
        _event_loop()
        handle = _opened(self._given, readonly=self.readonly)
        with suppress(libvirt.libvirtError):  # the test driver has nobody to keep alive
            handle.setKeepAlive(KEEPALIVE_SECONDS, KEEPALIVE_TRIES)
        return handle

    @property
    def alive(self) -> bool:
        """Whether the connection still stands, as far as this side knows."""
        try:
            return bool(self._handle.isAlive())
        except libvirt.libvirtError:
            return False

    def revive(self) -> None:
        """Open a connection that broke once more. Raises HostError; handles must be looked up anew.

        Several domains may find it broken at once: the first one opens it for all.
        """
        with self._reviving:
            if self.alive:
                return
            broken = self._handle
            with _reported(self.uri, "connect again"):
                self._handle = self._open()
                self.generation += 1
            with suppress(libvirt.libvirtError):
                broken.close()

    @contextmanager
    def call(
        self, what: str, domain: str | None = None, *, changes: bool = False
    ) -> Iterator[None]:
        """One libvirt call within what a daemon serves at once; its errors as HostError."""
        with ExitStack() as stack:
            if changes:
                stack.enter_context(self._changes)
            stack.enter_context(self._calls)
            stack.enter_context(_reported(self.uri, what, domain))
            yield

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
        with self.call("read the capabilities"):
            number = self._handle.getLibVersion()
            version = (number // 1_000_000, number // 1000 % 1000, number % 1000)
            announced = external_revert(self._handle.getCapabilities())
            found = Capabilities(self._handle.getType(), version, announced)
        _log.debug("%s: driver %s, libvirt %s", self.uri, found.driver, found.version)
        return found

    def domains(self) -> tuple[DomainId, ...]:
        """Every domain, active or not, by name."""
        with self.call("list the domains"):
            found = self._handle.listAllDomains(0)
            known = [DomainId(self.id, each.UUIDString(), each.name()) for each in found]
        return tuple(sorted(known, key=lambda each: each.name))

    def domain(self, domain: DomainId) -> "DomainHandle":
        """The domain by its UUID. Raises HostError when it is gone."""
        with self.call("look up the domain", domain.name):
            handle = self._handle.lookupByUUIDString(domain.uuid)
        return DomainHandle(self, handle, domain)

    def define(self, xml: str) -> None:
        """Replace a domain's persistent definition by an edited dump with its secrets."""
        with self.call("change a definition", changes=True):
            self._handle.defineXML(xml)

    def each(self, call: Callable[[str], Result], keys: list[str]) -> list[Result]:
        """`call` for every key, a few at once, results in order."""
        return list(self._pool.map(call, keys)) if keys[1:] else [call(key) for key in keys]


class DomainHandle:
    """One domain of a connection: reads, and the four calls that change snapshots."""

    def __init__(self, host: Connection, handle: libvirt.virDomain, domain: DomainId) -> None:
        self._host = host
        self._handle = handle
        self.id = domain

    @contextmanager
    def _call(self, what: str, *, changes: bool = False) -> Iterator[None]:
        try:
            with self._host.call(what, self.id.name, changes=changes):
                yield
        except HostError as error:
            if error.code == libvirt.VIR_ERR_OPERATION_TIMEOUT and self.starting():
                raise self.lost_start() from error
            raise

    def require_write(self) -> None:
        """Raise before anything is touched, where the connection cannot change the domain.

        A daemon's read-only socket answers an ordinary open: only a privileged read tells.
        """
        if self._host.readonly:
            raise ReadOnlyError(self._host.uri)
        try:
            self._handle.XMLDesc(libvirt.VIR_DOMAIN_XML_SECURE)
        except libvirt.libvirtError as error:
            if _code(error) == libvirt.VIR_ERR_OPERATION_DENIED:
                raise ReadOnlyError(self._host.uri) from error
            raise HostError(
                self._host.uri, self.id.name, "read the definition", _reason(error)
            ) from error

    def xml(self) -> str:
        """The definition as it is now, without secrets."""
        with self._call("read the definition"):
            return str(self._handle.XMLDesc(0))

    def disks(self) -> tuple[Disk, ...]:
        """The disks of the definition as it is now."""
        return disks(self.xml())

    def state(self) -> DomainState:
        """As it is now."""
        with self._call("read the state"):
            number = int(self._handle.info()[0])
            return _STATES.get(number, DomainState.OTHER)

    def starting(self) -> bool:
        """Whether libvirt calls it paused because its QEMU is being started."""
        with self._call("read the state"):
            found: Sequence[int] = self._handle.state()  # type: ignore[assignment] # declared wrongly
            return tuple(found) == _STARTING

    def lost_start(self) -> LostStartError:
        """What to say where that does not end."""
        session = urlsplit(self._host.uri).path == "/session"
        folder = "$XDG_RUNTIME_DIR/libvirt/qemu/run" if session else "/run/libvirt/qemu"
        status = f"{folder}/{shlex.quote(self.id.name)}.xml"
        return LostStartError(self._host.uri, self.id.name, status)

    def persistent(self) -> bool:
        """Whether it outlives being stopped."""
        with self._call("read the domain"):
            return bool(self._handle.isPersistent())

    def managed_save(self) -> bool:
        """Whether the next start resumes a saved memory image."""
        with self._call("look for a managed save image"):
            return self._optional(lambda: bool(self._handle.hasManagedSaveImage(0)), False)

    def process(self) -> int | None:
        """libvirt's number for the guest's present process, None while it is off.

        A reset or a pause keeps it; every start and every revert of an active domain changes it.
        """
        with self._call("read the domain"):
            number = int(self._handle.ID())
            return number if number >= 0 else None

    def secure_definition(self) -> str:
        """The definition with its secrets: to be sent back, never to be shown."""
        with self._call("read the definition"):
            return str(self._handle.XMLDesc(libvirt.VIR_DOMAIN_XML_SECURE))

    def busy(self) -> bool:
        """Whether some call holds the domain, seen by asking for a change that changes nothing.

        Questions are answered while a merge or a revert runs; changes wait for their turn, up to
        30 seconds. This one removes from the definition's metadata what nobody ever puts there.
        """
        with self._call("wait for other calls"):
            try:
                kind = libvirt.VIR_DOMAIN_METADATA_ELEMENT
                self._handle.setMetadata(kind, None, None, PROBE, 0)  # type: ignore[arg-type] # None removes
            except libvirt.libvirtError as error:
                if _code(error) == libvirt.VIR_ERR_OPERATION_TIMEOUT:
                    return True
                if _code(error) != libvirt.VIR_ERR_NO_SUPPORT:
                    raise
            return False

    def works(self) -> bool:
        """Whether libvirt says that it works on the active domain right now."""
        with self._call("look for a running job"):
            try:
                return int(self._handle.controlInfo(0)[0]) in _WORKING
            except libvirt.libvirtError as error:
                if _code(error) in {libvirt.VIR_ERR_NO_SUPPORT, libvirt.VIR_ERR_OPERATION_INVALID}:
                    return False
                raise

    def progress(self, targets: tuple[str, ...]) -> float | None:
        """How far the domain's running job is, from 0 to 1; None where libvirt does not say."""
        with self._call("look at the running job"):
            unsaid: dict[str, int] = {}
            stats = self._optional(lambda: _numbers(self._handle.jobStats()), unsaid)
            total, done = stats.get("data_total", 0), stats.get("data_processed", 0)
            if not total:
                jobs = [_numbers(self._handle.blockJobInfo(target, 0)) for target in targets]
                total = sum(job.get("end", 0) for job in jobs)
                done = sum(job.get("cur", 0) for job in jobs)
            return min(1.0, done / total) if total else None

    def monitor(self, command: str, arguments: dict[str, Any] | None = None) -> Any:  # noqa: ANN401 - JSON
        """What QEMU itself returns; libvirt marks the domain as tainted by it."""
        call = f"ask QEMU to {command}"
        asked = {"execute": command, **({"arguments": arguments} if arguments else {})}
        with self._call(call, changes=True):
            said = json.loads(libvirt_qemu.qemuMonitorCommand(self._handle, json.dumps(asked), 0))
        if "error" in said:
            reason = LibvirtMessage(
                libvirt.VIR_ERR_OPERATION_FAILED, str(said["error"].get("desc"))
            )
            raise HostError(self._host.uri, self.id.name, call, reason)
        return said["return"]

    def commit(self, target: str, top: str, base: str, *, active: bool) -> None:
        """Begin to merge an image of the disk into one below; `active`: the one it lies on."""
        with self._call(f"merge {top} into {base}", changes=True):
            flags = libvirt.VIR_DOMAIN_BLOCK_COMMIT_ACTIVE if active else 0
            self._handle.blockCommit(target, base, top, 0, flags)

    def pivot(self, target: str) -> bool:
        """Whether the disk has moved to its base; it cannot as long as the merge is not ready."""
        with self._call(f"move disk {target} to its base", changes=True):
            try:
                self._handle.blockJobAbort(target, libvirt.VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT)
            except libvirt.libvirtError as error:
                if _code(error) == libvirt.VIR_ERR_BLOCK_COPY_ACTIVE:
                    return False
                raise
        return True

    def resume(self) -> None:
        """Let a paused guest run on."""
        with self._call("resume the guest", changes=True):
            self._handle.resume()

    def destroy(self) -> None:
        """Stop the guest at once."""
        with self._call("stop the guest", changes=True):
            self._handle.destroy()

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

        def read(name: str) -> str:
            with self._call(f"read snapshot {name}"):
                return str(found[name].getXMLDesc(0))

        return self._host.each(read, sorted(found))

    def current(self) -> str | None:
        """The current snapshot's name."""
        with self._call("look up the current snapshot"):
            if not self._handle.hasCurrentSnapshot(0):
                return None
            return str(self._handle.snapshotCurrent(0).getName())

    def plain_xml(self, snapshot: str) -> str:
        """A snapshot's XML without secrets: may be kept."""
        with self._call(f"read snapshot {snapshot}"):
            return str(self._handle.snapshotLookupByName(snapshot, 0).getXMLDesc(0))

    def secure_xml(self, snapshot: str) -> str:
        """A snapshot's XML with its secrets: to be sent back, never to be shown."""
        with self._call(f"read snapshot {snapshot}"):
            found = self._handle.snapshotLookupByName(snapshot, 0)
            return str(found.getXMLDesc(libvirt.VIR_DOMAIN_SNAPSHOT_XML_SECURE))

    def create(self, xml: str, flags: tuple[str, ...]) -> None:
        """Take a snapshot; flags by libvirt's names, as in `host.calls`."""
        with self._call("create a snapshot", changes=True):
            self._handle.snapshotCreateXML(xml, _flags("CREATE", flags))

    def redefine(self, xml: str, flags: tuple[str, ...]) -> None:
        """Replace one snapshot's metadata."""
        with self._call("redefine a snapshot", changes=True):
            self._handle.snapshotCreateXML(xml, _flags("CREATE", flags))

    def delete(self, snapshot: str, flags: tuple[str, ...]) -> None:
        """Delete one snapshot, or its metadata."""
        with self._call(f"delete snapshot {snapshot}", changes=True):
            self._handle.snapshotLookupByName(snapshot, 0).delete(_flags("DELETE", flags))

    def revert(self, snapshot: str, flags: tuple[str, ...]) -> None:
        """Revert; whatever the guest holds since is lost."""
        with self._call(f"revert to snapshot {snapshot}", changes=True):
            found = self._handle.snapshotLookupByName(snapshot, 0)
            self._handle.revertToSnapshot(found, _flags("REVERT", flags))

    @staticmethod
    def _optional(call: Callable[[], Result], missing: Result) -> Result:
        """A read that some drivers do not have."""
        try:
            return call()
        except libvirt.libvirtError as error:
            if _code(error) == libvirt.VIR_ERR_NO_SUPPORT:
                return missing
            raise
