"""A domain of libvirt as the executor's port: calls, looks at the host, leftovers removed."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

from reconcile.errors import HostError, LeftoverError, LostJobError
from reconcile.execute import gather
from reconcile.execute.domain_port import Progress
from reconcile.execute.perform import perform
from reconcile.execute.wait import connected, in_turn, until_idle, until_started
from reconcile.libvirt.calls import REDEFINE, Call, calls, mark_call, undo_calls
from reconcile.libvirt.connection import Connection
from reconcile.libvirt.domain import DomainHandle
from reconcile.libvirt.xml import snapshot_request
from reconcile.model.action import Action, Create, Delete, Redefine
from reconcile.model.domain import Domain, DomainState
from reconcile.model.host import Capabilities
from reconcile.model.identity import DomainId
from reconcile.model.leftover import (
    Disagreement,
    DiskMerge,
    IncompleteSnapshot,
    Leftover,
    LeftoverFile,
    LeftoverTag,
    LostCurrent,
    PausedGuest,
    StartedGuest,
)
from reconcile.observe.domain import observe_domain
from reconcile.observe.host_files import HostFiles
from reconcile.observe.removal import overlay_objection, removal_objection
from reconcile.recovery.call_context import Baseline, CallContext
from reconcile.recovery.evidence import Evidence
from reconcile.recovery.judge.create import TAG_ENTRY
from reconcile.recovery.leftover_text import command, sentence
from reconcile.repair.agreement import RepairSite, repair

PROGRESS_SECONDS = 1.0
POINTED = (*REDEFINE, "CURRENT")


class LibvirtDomain:
    """One domain over a connection that may break; `seconds` is how long others are waited for."""

    def __init__(
        self, host: Connection, domain: DomainId, seconds: float, tell: Callable[[str], None]
    ) -> None:
        self._host = host
        self._id = domain
        self._seconds = seconds
        self._tell = tell
        self._domain: DomainHandle = host.domain(domain)
        self._generation = host.generation
        self.capabilities: Capabilities = host.capabilities()

    @property
    def reachable(self) -> bool:
        """Whether the connection still stands, and the domain was looked up over it."""
        return self._host.alive and self._generation == self._host.generation

    def require_write(self) -> None:
        """Raise ReadOnlyError or HostError where the connection cannot change the domain."""
        self._domain.require_write()

    def reconnect(self) -> None:
        """Connect to the host again, and look the domain up again. Raises HostError."""
        connected(self._host.revive, self._seconds, self._tell)
        self._domain = self._host.domain(self._id)
        self._generation = self._host.generation

    def observe(self) -> Domain:
        """The domain as the host holds it now; a daemon that starts may hold it for a while."""
        self._await_start()
        return in_turn(lambda: observe_domain(self._domain), self._seconds, self._tell)

    def obstacles(self, context: CallContext) -> tuple[str, ...]:
        """Sentences on files and tags in a create's way, and images that a delete would miss."""
        if not isinstance(context.action, Create | Delete):
            return ()
        return gather.obstacles(context.action, context.footprint, HostFiles(self._host))

    def baseline(self, context: CallContext) -> Baseline:
        """The guest's process, the files of its disks, and the images that a merge writes to."""
        return gather.baseline(self._domain, context.footprint, HostFiles(self._host))

    def evidence(self, context: CallContext) -> Evidence:
        """What the host shows once the cut-off call has come to its end."""
        self._await_turn()
        files = HostFiles(self._host)
        found = gather.traces(self.observe(), context, files)
        found = replace(found, process=self._domain.process())
        return gather.with_images(found, self._domain, context, files)

    def _await_turn(self) -> None:
        """Raise HostError where libvirtd holds the domain for what it lost itself."""
        self._await_start()
        if not until_idle(self._domain.busy, self._domain.works, self._seconds, self._tell):
            raise LostJobError(self._host.uri, self._id.name)

    def _await_start(self) -> None:
        if not until_started(self._domain.starting, self._seconds, self._tell):
            raise self._domain.lost_start()

    def undo_data(self, inverse: Action | None) -> str | None:
        """The XML, without secrets, that the inverse restores; None where it restores none."""
        if not isinstance(inverse, Redefine) or inverse.copy_of or inverse.dump:
            return None
        return self._domain.plain_xml(inverse.snapshot)

    def perform(self, action: Action, progress: Progress) -> None:
        """Make the action's calls; `progress` is told shares from 0 to 1."""
        with self._watched(progress):
            self._make(calls(action))

    def mark(self, action: Create) -> None:
        """Put our mark into the snapshot that a create took."""
        self._make([mark_call(action)])

    def undo(self, inverse: Action, saved: str | None, progress: Progress) -> None:
        """Make the inverse's calls; `progress` is told shares from 0 to 1."""
        with self._watched(progress):
            self._make(undo_calls(inverse, saved))

    def _make(self, asked: Iterable[Call]) -> None:
        perform(asked, self._domain, self._in_turn)

    def _in_turn(self, call: Callable[[], None]) -> None:
        in_turn(call, self._seconds, self._tell)

    @contextmanager
    def _watched(self, progress: Progress) -> Iterator[None]:
        """Ask for libvirt's own numbers beside the call, for as long as it runs."""
        over = Event()
        Thread(target=self._watch, args=(over, progress), daemon=True).start()
        try:
            yield
        finally:
            over.set()

    def _watch(self, over: Event, progress: Progress) -> None:
        targets: tuple[str, ...] = ()
        with suppress(HostError):  # no progress is no reason to fail
            targets = tuple(disk.target for disk in self._domain.disks() if disk.path)
        while not over.wait(PROGRESS_SECONDS):
            with suppress(HostError):
                share = self._domain.progress(targets)
                if share is not None and not over.is_set():
                    progress(share)

    def remove(self, leftover: Leftover, context: CallContext) -> None:
        """Remove a leftover of a call. Raises LeftoverError with the command that does it."""
        try:
            self._clean(leftover, context)
        except HostError as error:
            raise self._kept(leftover, error.message) from error
        except OSError as error:
            raise self._kept(leftover, error.strerror or str(error)) from error

    def _clean(self, leftover: Leftover, context: CallContext) -> None:
        match leftover:
            case LeftoverFile(path):
                self._remove(leftover, path, context)
            case LeftoverTag():
                action = context.action
                self._untag(leftover, action if isinstance(action, Create) else None)
            case PausedGuest():
                self._in_turn(self._domain.resume)
            case LostCurrent(name):
                self._domain.redefine(self._domain.secure_xml(name), POINTED)
            case StartedGuest():
                self._stop()
            case IncompleteSnapshot(name):
                self._in_turn(lambda: self._domain.delete(name, ()))
            case _:
                self._repair(leftover, context)

    def _stop(self) -> None:
        """A daemon that was restarted may give up the half-started guest by itself meanwhile."""
        try:
            self._in_turn(self._domain.destroy)
        except HostError:
            if self._domain.state() is not DomainState.SHUTOFF:
                raise

    def _remove(self, leftover: LeftoverFile, path: str, context: CallContext) -> None:
        """Remove a file that is proved to be the call's own, and that nothing lies on."""
        objection = removal_objection(self._host, self.observe(), path, context)
        if objection is not None:
            raise self._kept(leftover, objection)
        Path(path).unlink(missing_ok=True)

    def _repair(self, disagreement: Disagreement, context: CallContext) -> None:
        """Repair a disagreement; images are made and removed on this machine."""
        if not HostFiles(self._host).anywhere:
            raise self._kept(disagreement, "the host's files cannot be seen from here")

        def require(merge: DiskMerge) -> None:
            objection = overlay_objection(self._host, self.observe(), merge, context)
            if objection is not None:
                raise FileExistsError(f"{merge.overlay}: {objection}")

        site = RepairSite(self._host, self._domain, self._names, self._tell, require)
        repair(disagreement, site)

    def _names(self) -> Iterable[str]:
        return self.observe().tree.snapshots

    def _untag(self, leftover: LeftoverTag, action: Create | None) -> None:
        """libvirt deletes only what it knows: it is told of the tag, then asked to delete it."""
        if action is None or not leftover.read:
            why = "its snapshot is gone" if leftover.read else "the image cannot be read"
            raise self._kept(leftover, why)
        if action.snapshot not in self.observe().tree:
            definition = self._domain.secure_definition()
            known = snapshot_request.metadata(action, TAG_ENTRY, definition, int(time.time()))
            self._domain.redefine(known, REDEFINE)
        self._domain.delete(action.snapshot, ())

    def _kept(self, leftover: Leftover, why: str) -> LeftoverError:
        return LeftoverError(sentence(leftover), why, command(leftover, self._id.name))
