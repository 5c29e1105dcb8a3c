"""What a case is run on: a domain of the lab with real disks, or one of libvirt's test driver."""

import random
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

import libvirt

from reconcile.execute.perform import perform
from reconcile.libvirt.calls import calls
from reconcile.libvirt.connection import Connection
from reconcile.model.action import Action, Create, Redefine, Revert
from reconcile.model.domain import Domain as Observed
from reconcile.model.host import Capabilities
from reconcile.model.identity import DomainId
from reconcile.model.images import Image, ImageGraph
from reconcile.model.snapshot import DiskKind
from reconcile.observe.domain import observe_domain
from reconcile.observe.host_files import HostFiles
from reconcile.plan import written_files as file_checks
from reconcile.rules.refusals import Code
from tests.conformance.operations import Power
from tests.harness.contents import Oracle
from tests.lab.domain import Domain

# refusals that libvirt itself pronounces: it is asked too, and must refuse and change nothing
LIBVIRT_REFUSES: Final = frozenset(
    {
        Code.NAME_TAKEN,
        Code.MEMORY_INACTIVE,
        Code.MEMORY_REQUIRED,
        Code.MIXED_KINDS,
        Code.DISK_NOT_QCOW2,
        Code.DISKS_NONE,
        Code.DISK_EXCLUDED,
        Code.EXTERNAL_OFFLINE,
        Code.EXTERNAL_ACTIVE_NOT_LEAF,
        Code.EXTERNAL_OFF_CHAIN,
        Code.EXTERNAL_SEVERAL_CHILDREN,
        Code.EXTERNAL_INTERNAL_PARENT,
        Code.INTERNAL_ELSEWHERE,
        Code.REVERT_EXTERNAL,
    }
)
UNCHECKED_BEFORE: Final = {Code.EXTERNAL_SEVERAL_CHILDREN: (9, 9, 0)}  # older ones do not look
TEST_DRIVER_REFUSES: Final = frozenset({Code.NAME_TAKEN, Code.TEST_DRIVER, Code.PARENT_CYCLE})


class Subject(ABC):
    """A domain that operations are done on, and what can be said of it."""

    @abstractmethod
    def capabilities(self) -> Capabilities:
        """What its host can do."""

    @abstractmethod
    def observe(self) -> Observed:
        """The domain as it is now."""

    @abstractmethod
    def perform(self, action: Action) -> None:
        """Have libvirt do it. Raises HostError."""

    @abstractmethod
    def power(self, operation: Power) -> None:
        """Start, pause, resume or stop it."""

    @abstractmethod
    def asked(self, code: Code, action: Action, domain: Observed) -> bool:
        """Whether libvirt itself refuses what the rules refuse with this code."""

    def in_the_way(self, _action: Action, _domain: Observed) -> bool:
        """Whether a file of an earlier snapshot would stop the create."""
        return False

    @abstractmethod
    def before(self) -> None:
        """Called before each operation."""

    def contents(self, _action: Action) -> tuple[str, ...]:
        """What is wrong with the data after an operation."""
        return ()


class LabSubject(Subject):
    """A domain with real disks: content counts, and the daemon must live."""

    def __init__(self, domain: Domain) -> None:
        self._domain = domain
        self.oracle = Oracle(domain)
        self._daemon = domain.daemon.pid
        self._active: dict[str, str] = {}

    def capabilities(self) -> Capabilities:
        with self._host(readonly=True) as host:
            return host.capabilities()

    def observe(self) -> Observed:
        with self._host(readonly=True) as host:
            return observe_domain(host.domain(_ref(host, self._domain.name)))

    def perform(self, action: Action) -> None:
        self._active = self.oracle.active()
        with self._host(readonly=False) as host:
            perform(calls(action), host.domain(_ref(host, self._domain.name)))

    def power(self, operation: Power) -> None:
        now = self._domain.state
        possible = {"start": "shutoff", "pause": "running", "resume": "paused"}
        if operation.verb == "destroy" and now != "shutoff":
            self._domain.destroy()
        elif possible.get(operation.verb) == now:
            getattr(self._domain, operation.verb)()

    def asked(self, code: Code, action: Action, domain: Observed) -> bool:
        since = UNCHECKED_BEFORE.get(code, (0, 0, 0))
        if code is Code.EXTERNAL_OFFLINE and _left_out_above(domain, action.snapshot):
            return False  # 9.0 does it or not by what it remembers of the chain
        return code in LIBVIRT_REFUSES and self.capabilities().libvirt >= since

    def in_the_way(self, action: Action, domain: Observed) -> bool:
        """As the planner finds out: a forgotten snapshot leaves its files."""
        if not isinstance(action, Create):
            return False
        written = [disk.file for disk in action.disks if disk.file]
        with self._host(readonly=True) as host:
            files = HostFiles(host)
            seen = ImageGraph({path: Image(exists=files.exists(path)) for path in written})
        return file_checks.objection(action, domain, seen, ()) is not None

    def before(self) -> None:
        if self._domain.state != "paused":  # QEMU dies of writes to a guest restored paused
            self.oracle.write()

    def contents(self, action: Action) -> tuple[str, ...]:
        """Old data is where it was; a revert brings it back, anything else leaves the guest's."""
        if self._domain.daemon.pid != self._daemon:
            return ("libvirtd is another process",)
        wrong = self.oracle.wrong()
        expected, now = self._expected(action), self.oracle.active()
        guest = (t for t, digest in expected.items() if t in now and now[t] != digest)
        return (
            *(f"content of {name} on {target} is lost" for name, target in wrong),
            *(f"the guest's {target} holds something else" for target in guest),
        )

    def _expected(self, action: Action) -> dict[str, str]:
        match action:
            case Revert(snapshot=reverted):
                return {t: d for (name, t), d in self.oracle.known.items() if name == reverted}
            case Create():
                self.oracle.learn(self._active)
            case Redefine(copy_of=source) if source is not None:
                self.oracle.copied(source, action.snapshot)
        return self._active

    def _host(self, *, readonly: bool) -> AbstractContextManager[Connection]:
        return Connection(self._domain.daemon.uri, readonly=readonly)


class TestDriverSubject(Subject):
    """A domain of libvirt's in-process driver: no data, but thousands of cases in a minute."""

    __test__ = False  # a name that pytest would collect

    def __init__(self, host: Connection, handle: libvirt.virDomain) -> None:
        self._host = host
        self._handle = handle
        self._domain = host.domain(_ref(host, NAME))

    def capabilities(self) -> Capabilities:
        return self._host.capabilities()

    def observe(self) -> Observed:
        return observe_domain(self._domain)

    def perform(self, action: Action) -> None:
        perform(calls(action), self._domain)

    def power(self, operation: Power) -> None:
        verbs = {"start": "create", "pause": "suspend", "resume": "resume", "destroy": "destroy"}
        possible = {"start": ("shutoff",), "pause": ("running",), "resume": ("paused",)}
        state = self._domain.state()
        if state.value in possible.get(operation.verb, ("running", "paused")):
            getattr(self._handle, verbs[operation.verb])()

    def asked(self, code: Code, action: Action, domain: Observed) -> bool:  # noqa: ARG002 - of the class
        return code in TEST_DRIVER_REFUSES

    def before(self) -> None:
        """There is no data to write."""


NAME: Final = "conformance"
_NODE: Final = """\
<node>
  <domain type='test'>
    <name>conformance</name>
    <memory>65536</memory>
    <os><type>hvm</type></os>
    <devices>{disks}</devices>
  </domain>
</node>
"""
_DISK: Final = """
      <disk type='file' device='disk'>
        <driver name='qemu' type='qcow2'/>
        <source file='/nowhere/{target}.qcow2'/>
        <target dev='{target}' bus='virtio'/>
      </disk>"""


@contextmanager
def on_test_driver(folder: Path, rng: random.Random) -> Iterator[TestDriverSubject]:
    """A fresh domain in a connection of its own: the driver keeps its state in the connection."""
    node = folder / "node.xml"
    targets = rng.choice([("vda",), ("vda", "vdb")])
    node.write_text(_NODE.format(disks="".join(_DISK.format(target=each) for each in targets)))
    with Connection(f"test://{node}", readonly=False) as host:
        handle = host._handle.lookupByName(NAME)  # power is no business of the wrapper
        yield TestDriverSubject(host, handle)


def _left_out_above(domain: Observed, name: str) -> bool:
    """Whether a snapshot above leaves out one of this one's external disks."""
    tree = domain.tree
    taken = {disk.target for disk in tree[name].disks if disk.kind is DiskKind.EXTERNAL}
    way = tree.lineage(tree.current)
    above = way[: way.index(name)] if name in way else ()
    left_out = (disk for each in above for disk in tree[each].disks if disk.kind is DiskKind.NONE)
    return any(disk.target in taken for disk in left_out)


def _ref(host: Connection, name: str) -> DomainId:
    return next(ref for ref in host.domains() if ref.name == name)
