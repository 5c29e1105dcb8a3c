"""One case: a fresh domain, its operations, and the first disagreement if there is one."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from reconcile.apply.perform import perform
from reconcile.errors import HostError
from reconcile.host.connection import Connection
from reconcile.model.action import Create, Redefine, Revert
from reconcile.model.domain import Domain as Observed
from reconcile.model.host import Capabilities
from reconcile.model.plan import Refusal
from reconcile.observe.domain import observe_domain
from reconcile.rules.effect import effect
from reconcile.rules.refusals import Code
from tests.conformance.compare import disagreements
from tests.conformance.operations import Operation, Power, random_operation
from tests.harness.contents import Oracle
from tests.lab.domain import Domain

LENGTH = 8

# refusals that libvirt itself pronounces: it is asked too, and must refuse and change nothing
LIBVIRT_REFUSES = frozenset(
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
UNCHECKED_BEFORE = {Code.EXTERNAL_SEVERAL_CHILDREN: (9, 9, 0)}  # older ones do not look


@dataclass(slots=True)
class Report:
    """What one case did, and where rules and libvirt disagreed."""

    operations: list[Operation] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    disagreement: tuple[str, ...] = ()


def run_random(domain: Domain, rng: random.Random, length: int = LENGTH) -> Report:
    """A case made up as it goes."""
    return _Case(domain).run(
        random_operation(rng, now) for now in _Case.observations(domain, length)
    )


def replay(domain: Domain, operations: Sequence[Operation]) -> Report:
    """The same operations again, on another domain."""
    return _Case(domain).run(iter(operations))


class _Case:
    def __init__(self, domain: Domain) -> None:
        self._domain = domain
        self._oracle = Oracle(domain)
        self._report = Report()

    @staticmethod
    def observations(domain: Domain, length: int) -> Iterator[Observed]:
        for _ in range(length):
            yield _observe(domain)

    def run(self, operations: Iterator[Operation]) -> Report:
        daemon = self._domain.daemon.pid
        for operation in operations:
            self._report.operations.append(operation)
            self._report.disagreement = self._step(operation)
            if self._domain.daemon.pid != daemon:
                self._report.disagreement = ("libvirtd is another process",)
            if self._report.disagreement:
                break
        return self._report

    def _step(self, operation: Operation) -> tuple[str, ...]:
        if isinstance(operation, Power):
            return self._power(operation)
        if self._domain.state != "paused":  # QEMU dies of writes to a guest restored paused
            self._oracle.write()
        before = _observe(self._domain)
        action = operation.action(before)
        with Connection(self._domain.daemon.uri, readonly=False) as host:
            capabilities = host.capabilities()
            predicted = effect(before, action, capabilities)
            if isinstance(predicted, Refusal) and not _asked(predicted, capabilities):
                self._count("withheld", predicted.code)
                return ()
            ref = next(ref for ref in host.domains() if ref.name == self._domain.name)
            active = self._oracle.active()
            error = None
            try:
                perform(action, host.domain(ref))
            except HostError as failed:
                error = failed.message
        found = _observe(self._domain)
        if isinstance(predicted, Refusal):
            self._count("refused", predicted.code)
            return self._refused(predicted, error, before, found)
        self._count("done", type(action).__name__.lower())
        if error is not None:
            return (f"rules: fine; libvirt: {error}",)
        return (*disagreements(predicted, found), *self._contents(action, active))

    def _refused(
        self, refusal: Refusal, error: str | None, before: Observed, found: Observed
    ) -> tuple[str, ...]:
        if error is None:
            return (f"rules: refused ({refusal.code}); libvirt did it",)
        return disagreements(before, found)

    def _contents(self, action: object, active: dict[str, str]) -> tuple[str, ...]:
        """Old data is where it was; a revert brings it back, anything else leaves the guest's."""
        wrong = self._oracle.wrong()
        if isinstance(action, Revert):
            expected = {t: d for (n, t), d in self._oracle.known.items() if n == action.snapshot}
        else:
            expected = active
            if isinstance(action, Create):
                self._oracle.learn(active)
            elif isinstance(action, Redefine) and action.copy_of:
                self._oracle.copied(action.copy_of, action.snapshot)
        now = self._oracle.active()
        guest = (t for t, digest in expected.items() if t in now and now[t] != digest)
        return (
            *(f"content of {name} on {target} is lost" for name, target in wrong),
            *(f"the guest's {target} holds something else" for target in guest),
        )

    def _power(self, operation: Power) -> tuple[str, ...]:
        self._count("power", operation.verb)
        now = self._domain.state
        possible = {"start": "shutoff", "pause": "running", "resume": "paused"}
        if operation.verb == "destroy" and now != "shutoff":
            self._domain.destroy()
        elif possible.get(operation.verb) == now:
            getattr(self._domain, operation.verb)()
        return ()

    def _count(self, what: str, which: str) -> None:
        self._report.counts[f"{what} {which}"] += 1


def _observe(domain: Domain) -> Observed:
    with Connection(domain.daemon.uri, readonly=True) as host:
        ref = next(ref for ref in host.domains() if ref.name == domain.name)
        return observe_domain(host.domain(ref))


def _asked(refusal: Refusal, host: Capabilities) -> bool:
    code = Code(refusal.code)
    return code in LIBVIRT_REFUSES and host.libvirt >= UNCHECKED_BEFORE.get(code, (0, 0, 0))
