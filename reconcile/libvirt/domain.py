"""One domain of a connection: its state, its XML, and the four calls on its snapshots."""

import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import libvirt

from reconcile.errors import HostError, LibvirtMessage, LostStartError, ReadOnlyError
from reconcile.errors.libvirt_codes import LibvirtCode
from reconcile.libvirt.error_boundary import code_of, message_of
from reconcile.libvirt.xml.domain import disks
from reconcile.model.domain import Disk, DomainState
from reconcile.model.identity import DomainId
from reconcile.model.snapshot_list import EVERY, SnapshotQuery

if TYPE_CHECKING:  # a connection makes these handles
    from reconcile.libvirt.connection import Connection

Result = TypeVar("Result")

_STATES = {
    libvirt.VIR_DOMAIN_RUNNING: DomainState.RUNNING,
    libvirt.VIR_DOMAIN_BLOCKED: DomainState.RUNNING,
    libvirt.VIR_DOMAIN_PAUSED: DomainState.PAUSED,
    libvirt.VIR_DOMAIN_SHUTOFF: DomainState.SHUTOFF,
    libvirt.VIR_DOMAIN_CRASHED: DomainState.OTHER,
}

_STARTING = (libvirt.VIR_DOMAIN_PAUSED, libvirt.VIR_DOMAIN_PAUSED_STARTING_UP)
_WORKING = frozenset({libvirt.VIR_DOMAIN_CONTROL_JOB, libvirt.VIR_DOMAIN_CONTROL_OCCUPIED})
NO_DISK = "urn:libvirt-reconcile:no-disk"  # neither a target nor a file: no domain has such a disk


def _flags(group: str, names: tuple[str, ...]) -> int:
    """The bits of VIR_DOMAIN_SNAPSHOT_<group>_<name>."""
    bits = (int(getattr(libvirt, f"VIR_DOMAIN_SNAPSHOT_{group}_{name}")) for name in names)
    return sum(bits)


def _numbers(statistics: object) -> dict[str, int]:
    """libvirt's statistics, whose type its bindings declare wrongly; nothing where it says none."""
    found = statistics if isinstance(statistics, dict) else {}
    return {str(key): value for key, value in found.items() if isinstance(value, int)}


class DomainHandle:
    """One domain of a connection. Every method raises HostError for libvirt's error.

    LostStartError instead, where libvirtd holds the domain for a start that never ends.
    """

    def __init__(self, host: "Connection", handle: libvirt.virDomain, domain: DomainId) -> None:
        self._host = host
        self.handle = handle  # for this package: nothing of libvirt-python leaves it
        self.id = domain

    @contextmanager
    def call(self, what: str, *, changes: bool = False) -> Iterator[None]:
        """One libvirt call on this domain; `what` says it in words."""
        try:
            with self._host.call(what, self.id.name, changes=changes):
                yield
        except HostError as error:
            if error.code == LibvirtCode.OPERATION_TIMEOUT and self.starting():
                raise self.lost_start() from error
            raise

    def require_write(self) -> None:
        """Raise ReadOnlyError before anything is touched, where the domain cannot be changed.

        A daemon's read-only socket answers an ordinary open: only a privileged read tells.
        """
        if self._host.readonly:
            raise ReadOnlyError(self._host.uri)
        try:
            self.handle.XMLDesc(libvirt.VIR_DOMAIN_XML_SECURE)
        except libvirt.libvirtError as error:
            if code_of(error) == LibvirtCode.OPERATION_DENIED:
                raise ReadOnlyError(self._host.uri) from error
            raise self.error("read the definition", message_of(error)) from error

    def error(self, call: str, reason: LibvirtMessage) -> HostError:
        """The error of a call on this domain that failed for this reason."""
        return HostError(self._host.uri, self.id.name, call, reason)

    def xml(self) -> str:
        """The domain's definition of now, without secrets."""
        with self.call("read the definition"):
            return str(self.handle.XMLDesc(0))

    def secure_definition(self) -> str:
        """The domain's definition with its secrets: to be sent back, never to be shown."""
        with self.call("read the definition"):
            return str(self.handle.XMLDesc(libvirt.VIR_DOMAIN_XML_SECURE))

    def kept_definition(self) -> str:
        """The definition that outlives a stop, with its secrets: for a file of its owner alone."""
        flags = libvirt.VIR_DOMAIN_XML_SECURE | libvirt.VIR_DOMAIN_XML_INACTIVE
        with self.call("read the definition"):
            return str(self.handle.XMLDesc(flags))

    def disks(self) -> tuple[Disk, ...]:
        """The disks of the domain's definition of now."""
        return disks(self.xml())

    def volume_path(self, pool: str, volume: str) -> str | None:
        """The path of a pool's volume; None where libvirt cannot find it now. Raises HostError."""
        return self._host.volume_path(pool, volume)

    def state(self) -> DomainState:
        """The state that libvirt says the domain is in now."""
        with self.call("read the state"):
            number = int(self.handle.info()[0])
            return _STATES.get(number, DomainState.OTHER)

    def starting(self) -> bool:
        """Whether libvirt calls the domain paused because its QEMU is being started.

        `call` asks this after a time-out, so it does not go through `call` itself.
        """
        with self._host.call("read the state", self.id.name):
            found: Sequence[int] = self.handle.state()  # type: ignore[assignment] # declared wrongly
            return tuple(found) == _STARTING

    def lost_start(self) -> LostStartError:
        """The error for a start of the domain's QEMU that never ends."""
        session = urlsplit(self._host.uri).path == "/session"
        folder = "$XDG_RUNTIME_DIR/libvirt/qemu/run" if session else "/run/libvirt/qemu"
        status = f"{folder}/{shlex.quote(self.id.name)}.xml"
        return LostStartError(self._host.uri, self.id.name, status)

    def persistent(self) -> bool:
        """Whether the domain outlives being stopped."""
        with self.call("read the domain"):
            return bool(self.handle.isPersistent())

    def managed_save(self) -> bool:
        """Whether the next start resumes a saved memory image."""
        with self.call("look for a managed save image"):
            return self._optional(lambda: bool(self.handle.hasManagedSaveImage(0)), False)

    def process(self) -> int | None:
        """libvirt's number for the guest's present process, None while it is off.

        A reset or a pause keeps it; every start and every revert of an active domain changes it.
        """
        with self.call("read the domain"):
            number = int(self.handle.ID())
            return number if number >= 0 else None

    def busy(self) -> bool:
        """Whether some call holds the domain, seen by asking for a change that cannot be made.

        libvirt answers questions while a merge or a revert runs; changes wait for the domain's
        job, up to 30 seconds. `virDomainBlockJobAbort` waits for it like any other change, and
        looks for the disk only then (`qemuDomainBlockJobAbort` in qemu_driver.c): with a disk
        that no domain has it changes nothing, and sends no event.
        """
        refused = {LibvirtCode.INVALID_ARG, LibvirtCode.OPERATION_INVALID, LibvirtCode.NO_SUPPORT}
        with self.call("wait for other calls"):
            try:
                self.handle.blockJobAbort(NO_DISK, 0)
            except libvirt.libvirtError as error:
                if code_of(error) == LibvirtCode.OPERATION_TIMEOUT:
                    return True
                if code_of(error) not in refused:
                    raise
            return False

    def works(self) -> bool:
        """Whether libvirt says that it works on the active domain right now."""
        unasked = {LibvirtCode.NO_SUPPORT, LibvirtCode.OPERATION_INVALID}
        with self.call("look for a running job"):
            try:
                return int(self.handle.controlInfo(0)[0]) in _WORKING
            except libvirt.libvirtError as error:
                if code_of(error) in unasked:
                    return False
                raise

    def progress(self, targets: tuple[str, ...]) -> float | None:
        """How far the domain's running job is, from 0 to 1; None where libvirt does not say."""
        with self.call("look at the running job"):
            none: dict[str, int] = {}
            stats = self._optional(lambda: _numbers(self.handle.jobStats()), none)
            total, done = stats.get("data_total", 0), stats.get("data_processed", 0)
            if not total:
                jobs = [_numbers(self.handle.blockJobInfo(target, 0)) for target in targets]
                total = sum(job.get("end", 0) for job in jobs)
                done = sum(job.get("cur", 0) for job in jobs)
            return min(1.0, done / total) if total else None

    def block_job(self, target: str) -> bool:
        """Whether a block job runs on this disk of the active domain."""
        with self.call(f"look for a block job on {target}"):
            return bool(self._optional(lambda: self.handle.blockJobInfo(target, 0), None))

    def resume(self) -> None:
        """Let a paused guest run on."""
        with self.call("resume the guest", changes=True):
            self.handle.resume()

    def destroy(self) -> None:
        """Stop the guest at once."""
        with self.call("stop the guest", changes=True):
            self.handle.destroy()

    def checkpoints(self) -> tuple[str, ...]:
        """The checkpoints' names, sorted; empty where the driver has none."""
        with self.call("list the checkpoints"):
            names: tuple[str, ...] = ()
            return tuple(sorted(self._optional(self._checkpoint_names, names)))

    def _checkpoint_names(self) -> tuple[str, ...]:
        return tuple(str(each.getName()) for each in self.handle.listAllCheckpoints(0))

    def snapshot_xml(self) -> list[str]:
        """Every snapshot's XML without secrets, by name: one listing, then a few reads at once."""
        return [xml for _, xml in sorted(self.listed_xml().items())]

    def listed_xml(self, query: SnapshotQuery = EVERY) -> dict[str, str]:
        """Names and XML without secrets of those snapshots that libvirt lists, in its order."""
        flags = _flags("LIST", tuple(sorted(each.flag for each in query.filters)))
        with self.call("list the snapshots"):
            listed = (
                self.handle.listAllSnapshots(flags)
                if query.below is None
                else self.handle.snapshotLookupByName(query.below, 0).listAllChildren(flags)
            )
            found = {each.getName(): each for each in listed}

        def read(name: str) -> str:
            with self.call(f"read snapshot {name}"):
                return str(found[name].getXMLDesc(0))

        return dict(zip(found, self._host.each(read, [*found]), strict=True))

    def snapshot_names(self) -> tuple[str, ...]:
        """The names of all snapshots, sorted."""
        with self.call("list the snapshots"):
            return tuple(sorted(str(name) for name in self.handle.snapshotListNames(0)))

    def current(self) -> str | None:
        """The current snapshot's name, None where no snapshot is current."""
        with self.call("look up the current snapshot"):
            if not self.handle.hasCurrentSnapshot(0):
                return None
            return str(self.handle.snapshotCurrent(0).getName())

    def plain_xml(self, snapshot: str) -> str:
        """A snapshot's XML without secrets: may be kept."""
        with self.call(f"read snapshot {snapshot}"):
            return str(self.handle.snapshotLookupByName(snapshot, 0).getXMLDesc(0))

    def has_metadata(self, snapshot: str) -> bool:
        """Whether libvirt keeps metadata of a snapshot, without which a domain can be undefined."""
        with self.call(f"read snapshot {snapshot}"):
            return bool(self.handle.snapshotLookupByName(snapshot, 0).hasMetadata(0))

    def secure_xml(self, snapshot: str) -> str:
        """A snapshot's XML with its secrets: to be sent back, never to be shown."""
        with self.call(f"read snapshot {snapshot}"):
            found = self.handle.snapshotLookupByName(snapshot, 0)
            return str(found.getXMLDesc(libvirt.VIR_DOMAIN_SNAPSHOT_XML_SECURE))

    def create(self, xml: str, flags: tuple[str, ...]) -> None:
        """Take a snapshot; flags by libvirt's names, as in `libvirt.calls`."""
        with self.call("create a snapshot", changes=True):
            self.handle.snapshotCreateXML(xml, _flags("CREATE", flags))

    def redefine(self, xml: str, flags: tuple[str, ...]) -> None:
        """Replace one snapshot's metadata; `flags` hold REDEFINE."""
        with self.call("redefine a snapshot", changes=True):
            self.handle.snapshotCreateXML(xml, _flags("CREATE", flags))

    def delete(self, snapshot: str, flags: tuple[str, ...]) -> None:
        """Delete one snapshot, or its metadata alone with the flag METADATA_ONLY."""
        with self.call(f"delete snapshot {snapshot}", changes=True):
            self.handle.snapshotLookupByName(snapshot, 0).delete(_flags("DELETE", flags))

    def revert(self, snapshot: str, flags: tuple[str, ...]) -> None:
        """Revert to a snapshot; what the guest has written since is lost."""
        with self.call(f"revert to snapshot {snapshot}", changes=True):
            found = self.handle.snapshotLookupByName(snapshot, 0)
            self.handle.revertToSnapshot(found, _flags("REVERT", flags))

    @staticmethod
    def _optional(call: Callable[[], Result], missing: Result) -> Result:
        """A read that some drivers do not have."""
        try:
            return call()
        except libvirt.libvirtError as error:
            if code_of(error) == LibvirtCode.NO_SUPPORT:
                return missing
            raise
