"""A connection to libvirt: opened, shared by threads, opened anew where it broke, closed."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from threading import BoundedSemaphore, Lock
from typing import Self, TypeVar

import libvirt

from reconcile.errors import HostError, LibvirtMessage
from reconcile.errors.libvirt_codes import LibvirtCode
from reconcile.libvirt.domain import DomainHandle
from reconcile.libvirt.error_boundary import collect_errors, reported
from reconcile.libvirt.event_loop import start_event_loop
from reconcile.libvirt.host_id import host_id
from reconcile.libvirt.shown_uri import shown
from reconcile.libvirt.waiting import within
from reconcile.libvirt.xml.capabilities import external_revert
from reconcile.model.host import Capabilities
from reconcile.model.identity import DomainId, HostId

Result = TypeVar("Result")

_log = logging.getLogger(__name__)

CONNECT_SECONDS = 10.0  # unless told otherwise; several hosts may be away
CALLS_AT_ONCE = 5  # libvirtd serves five calls of one connection at once
CHANGES_AT_ONCE = 4  # they may take minutes; one call stays for looking
KEEPALIVE_SECONDS, KEEPALIVE_TRIES = 5, 5  # libvirt's own defaults
_NO_VOLUME = frozenset(
    {
        LibvirtCode.NO_STORAGE_POOL,
        LibvirtCode.NO_STORAGE_VOL,
        LibvirtCode.OPERATION_INVALID,  # the pool is not active
        LibvirtCode.NO_SUPPORT,
        LibvirtCode.NO_CONNECT,  # a modular daemon for storage that does not run
    }
)


def _opened(uri: str | None, seconds: float, *, readonly: bool) -> libvirt.virConnect:
    """A dead host behind ssh would be waited for without end, and deaf to Ctrl-C."""
    call = libvirt.openReadOnly if readonly else libvirt.open
    try:
        return within(seconds, lambda: call(uri), _close)
    except TimeoutError as error:
        text = f"no answer within {seconds:g} seconds"
        reason = LibvirtMessage(LibvirtCode.SYSTEM_ERROR, text)
        raise HostError(shown(uri), None, "connect", reason) from error


def _close(handle: libvirt.virConnect) -> None:
    """It is done with; how a run ended is known already."""
    with suppress(libvirt.libvirtError):
        handle.close()


class Connection:
    """One libvirt connection, closed as a context manager.

    `id` is which host it leads to, `uri` what the server calls it, without a password, and `given`
    what it was opened with, which may be an alias and may hold a password. Threads may share it.
    Raises HostError where it cannot be opened within `seconds`.
    """

    def __init__(
        self, uri: str | None, *, readonly: bool, seconds: float = CONNECT_SECONDS
    ) -> None:
        self.readonly = readonly
        self._seconds = seconds
        self.given = uri
        with reported(shown(uri), "connect"):
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
        collect_errors()
        start_event_loop()
        handle = _opened(self.given, self._seconds, readonly=self.readonly)
        with suppress(libvirt.libvirtError):  # the test driver has nobody to keep alive
            handle.setKeepAlive(KEEPALIVE_SECONDS, KEEPALIVE_TRIES)
        return handle

    @property
    def handle(self) -> libvirt.virConnect:
        """libvirt's object, for this package: nothing of libvirt-python leaves it."""
        return self._handle

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
            with reported(self.uri, "connect again"):
                self._handle = self._open()
                self.generation += 1
            _close(broken)

    @contextmanager
    def call(
        self, what: str, domain: str | None = None, *, changes: bool = False
    ) -> Iterator[None]:
        """One libvirt call within what a daemon serves at once; `what` says it in words.

        Raises HostError for libvirt's error.
        """
        with ExitStack() as stack:
            if changes:
                stack.enter_context(self._changes)
            stack.enter_context(self._calls)
            stack.enter_context(reported(self.uri, what, domain))
            yield

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)
        _close(self._handle)

    def cpu_times(self) -> tuple[int, int] | None:
        """Nanoseconds that the server's kernel has spent in programs and in itself.

        None where the driver has no such numbers. Raises HostError.
        """
        try:
            with self.call("read the CPU times"):
                every = libvirt.VIR_NODE_CPU_STATS_ALL_CPUS
                said: object = self._handle.getCPUStats(every, 0)  # declared wrongly: a dict
        except HostError as error:
            if error.code in {LibvirtCode.NO_SUPPORT, LibvirtCode.INVALID_ARG}:
                return None
            raise
        found = said if isinstance(said, dict) else {}
        return int(found.get("user", 0)), int(found.get("kernel", 0))

    def capabilities(self) -> Capabilities:
        """What the host's libvirt announces that it can do. Raises HostError."""
        with self.call("read the capabilities"):
            number = self._handle.getLibVersion()
            version = (number // 1_000_000, number // 1000 % 1000, number % 1000)
            announced = external_revert(self._handle.getCapabilities())
            found = Capabilities(self._handle.getType(), version, announced)
        _log.debug("%s: driver %s, libvirt %s", self.uri, found.driver, found.version)
        return found

    def domains(self) -> tuple[DomainId, ...]:
        """The identity of every domain, active or not, by name. Raises HostError."""
        with self.call("list the domains"):
            found = self._handle.listAllDomains(0)
            known = [DomainId(self.id, each.UUIDString(), each.name()) for each in found]
        return tuple(sorted(known, key=lambda each: each.name))

    def domain(self, domain: DomainId) -> DomainHandle:
        """The domain of this identity, by its UUID. Raises HostError when it is gone."""
        with self.call("look up the domain", domain.name):
            handle = self._handle.lookupByUUIDString(domain.uuid)
        return DomainHandle(self, handle, domain)

    def volume_path(self, pool: str, volume: str) -> str | None:
        """The path of a pool's volume; None where libvirt cannot find it now. Raises HostError."""
        try:
            with self.call(f"look up volume {volume} of pool {pool}"):
                found = self._handle.storagePoolLookupByName(pool).storageVolLookupByName(volume)
                return str(found.path())
        except HostError as error:
            if error.code in _NO_VOLUME:
                return None
            raise

    def define(self, xml: str) -> None:
        """Replace a domain's persistent definition by an edited dump with its secrets.

        Raises HostError.
        """
        with self.call("change a definition", changes=True):
            self._handle.defineXML(xml)

    def each(self, call: Callable[[str], Result], keys: list[str]) -> list[Result]:
        """The results of `call` for every key, in order, a few made at once.

        Raises what `call` raises.
        """
        return list(self._pool.map(call, keys)) if keys[1:] else [call(key) for key in keys]
