"""One case: a fresh domain, its operations, and the first disagreement if there is one."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from reconcile.errors import HostError
from reconcile.model.action import Action
from reconcile.model.domain import Domain as Observed
from reconcile.model.plan import Refusal
from reconcile.rules.effect import effect
from reconcile.rules.refusals import Code
from tests.conformance.compare import disagreements
from tests.conformance.operations import Operation, Power, random_operation
from tests.conformance.subject import Subject

LENGTH = 8


@dataclass(slots=True)
class Report:
    """What one case did, and where rules and libvirt disagreed."""

    operations: list[Operation] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    disagreement: tuple[str, ...] = ()


def run_random(subject: Subject, rng: random.Random, length: int = LENGTH) -> Report:
    """A case made up as it goes."""
    return _Case(subject).run(random_operation(rng, subject.observe()) for _ in range(length))


def replay(subject: Subject, operations: Sequence[Operation]) -> Report:
    """The same operations again, on another domain."""
    return _Case(subject).run(iter(operations))


class _Case:
    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._report = Report()

    def run(self, operations: Iterator[Operation]) -> Report:
        for operation in operations:
            self._report.operations.append(operation)
            self._report.disagreement = self._step(operation)
            if self._report.disagreement:
                break
        return self._report

    def _step(self, operation: Operation) -> tuple[str, ...]:
        if isinstance(operation, Power):
            self._count("power", operation.verb)
            self._subject.power(operation)
            return ()
        self._subject.before()
        before = self._subject.observe()
        action = operation.action(before)
        predicted = effect(before, action, self._subject.capabilities())
        withheld = self._withheld(predicted, action, before)
        if self._subject.in_the_way(action, before):
            withheld = Code.FILE_EXISTS
        if withheld is not None:
            self._count("withheld", withheld)
            return ()
        error = self._error(action)
        if isinstance(predicted, Refusal):
            self._count("refused", predicted.code)
            return self._refused(predicted, error, before)
        self._count("done", action.kind)
        if error is not None:
            return (f"rules: fine; libvirt: {error}",)
        found = self._subject.observe()
        return (*disagreements(predicted, found), *self._subject.contents(action))

    def _withheld(
        self, predicted: Observed | Refusal, action: Action, before: Observed
    ) -> Code | None:
        """What libvirt would do, while losing data or crashing, it is not asked to do."""
        if not isinstance(predicted, Refusal):
            return None
        code = Code(predicted.code)
        return None if self._subject.asked(code, action, before) else code

    def _error(self, action: Action) -> str | None:
        try:
            self._subject.perform(action)
        except HostError as error:
            return error.message
        return None

    def _refused(self, refusal: Refusal, error: str | None, before: Observed) -> tuple[str, ...]:
        if error is None:
            return (f"rules: refused ({refusal.code}); libvirt did it",)
        return disagreements(before, self._subject.observe())

    def _count(self, what: str, which: str) -> None:
        self._report.counts[f"{what} {which}"] += 1
