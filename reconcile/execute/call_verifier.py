"""The calls of one domain: made, judged by what the host shows, their leftovers removed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TypeVar, assert_never

from reconcile.errors import HostError, ReconcileError
from reconcile.execute.domain_port import DomainPort
from reconcile.model.action import Create, Delete
from reconcile.model.leftover import GuestOnOverlay, IncompleteSnapshot, UnknownOverlays
from reconcile.recovery.call_context import CallContext
from reconcile.recovery.deviations import deviations
from reconcile.recovery.evidence import Evidence
from reconcile.recovery.judge import judge
from reconcile.recovery.leftover_text import removed
from reconcile.recovery.leftovers import left_by_create
from reconcile.recovery.undo import present
from reconcile.recovery.verdicts import (
    ChangedByOthers,
    Completable,
    Done,
    Failed,
    Leftovers,
    NotDone,
    PartlyDone,
    Undecided,
)

Answer = TypeVar("Answer")
JUDGEMENTS = 3  # putting one thing right may show another


class CallState(Enum):
    """The state that a call left its domain in. PARTLY_DONE: making the call again finishes it.

    UNKNOWN: no call may be made before somebody does what the notes say.
    """

    DONE = auto()
    NOT_DONE = auto()
    PARTLY_DONE = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class CallResult:
    """The result of a call, after its leftovers were removed.

    `notes` say why the call is not done; `kept` names leftovers of a done call that could not be
    removed; `remedy` is the remedy for libvirt's error; `answered`: libvirt lived through the
    call. `taken_back`: a create had made less than was asked for, and was undone.
    """

    state: CallState
    notes: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    answered: bool = False
    remedy: str | None = None
    taken_back: bool = False

    @property
    def settled(self) -> bool:
        """Whether the call is either done or not done, so that no further call is needed for it."""
        return self.state in {CallState.DONE, CallState.NOT_DONE}


class CallVerifier:
    """Makes the calls of one domain and verifies each; `say` is told of removed leftovers."""

    def __init__(self, port: DomainPort, say: Callable[[str], None]) -> None:
        self._port = port
        self._say = say

    def reach(self, ask: Callable[[], Answer]) -> Answer:
        """The host's answer, over a new connection where the old one broke. Raises HostError."""
        try:
            return ask()
        except HostError:
            if self._port.reachable:
                raise
        self._port.reconnect()
        return ask()

    def make(self, context: CallContext, call: Callable[[], None]) -> CallResult:
        """Make the call, then judge by what the host shows what became of it."""
        try:
            call()
        except ReconcileError as error:
            answered = self._port.reachable
            result = self.verify(replace(context, answered=answered), (error.message,))
            return replace(result, answered=answered, remedy=error.remedy)
        return self._succeeded(replace(context, succeeded=True))

    def _succeeded(self, context: CallContext) -> CallResult:
        """A call that libvirt answered with success has happened, whatever the host shows.

        But for a snapshot that lacked some of its data, which was deleted at once: libvirt takes
        what it can of a guest that went off a moment before, and reports success.
        """
        if isinstance(context.action, Delete):  # what it leaves is looked for, though it was done
            return self.verify(context)
        try:
            found = deviations(context.after, self.reach(self._port.observe))
        except HostError as error:
            return CallResult(CallState.UNKNOWN, (error.message,))
        if not found:
            return CallResult(CallState.DONE)
        result = self.verify(context)
        if result.state is not CallState.NOT_DONE or result.taken_back:
            return result
        return replace(result, state=CallState.DONE, notes=found)

    def verify(
        self, context: CallContext, why: tuple[str, ...] = (), judgements: int = JUDGEMENTS
    ) -> CallResult:
        """Judge a call by what the host shows, and remove its leftovers.

        `why` comes first among the notes of the result. Removing one leftover may show another:
        `judgements` bounds how often the host is looked at.
        """
        try:
            evidence = self.reach(lambda: self._port.evidence(context))
        except HostError as error:
            return CallResult(CallState.UNKNOWN, (*why, error.message))
        match judge(context, evidence):
            case Done(left):
                return CallResult(CallState.DONE, kept=self._cleaned(left, context))
            case NotDone(left):
                return self._not_done(context, why, left)
            case Completable(unmarked, left):
                kept = self._cleaned(left, context)
                return self._complete(context, unmarked, (*why, *kept))
            case PartlyDone(notes, left):
                return self._partly_done(context, (*why, *notes), left, judgements)
            case Undecided(notes):
                return CallResult(CallState.UNKNOWN, (*why, *notes))
            case Failed(notes, left) | ChangedByOthers(notes, left) as verdict:
                there = isinstance(verdict, ChangedByOthers) and _there(context, evidence)
                state = CallState.DONE if there else CallState.NOT_DONE
                kept = self._cleaned(left, context)
                return CallResult(state, (*why, *notes, *kept), taken_back=_takes_back(left))
            case other:
                assert_never(other)

    def clean_up(self, create: CallContext) -> tuple[str, ...]:
        """Remove the files of a create that was undone: libvirt 9.0.0 leaves the memory file.

        Returns a sentence for each file that could not be removed.
        """
        try:
            left = left_by_create(create, self.reach(lambda: self._port.evidence(create)))
        except HostError as error:
            return (error.message,)
        return self._cleaned(left, create)

    def _not_done(self, context: CallContext, why: tuple[str, ...], left: Leftovers) -> CallResult:
        """Files may stay, if they are named; disks that are elsewhere are for `resume` to try."""
        kept = self._cleaned(left, context)
        taken_back = _takes_back(left)
        if kept and taken_back:
            return CallResult(CallState.UNKNOWN, (*why, *kept))
        notes = (*why, *kept) or ("nothing of it happened",)
        return CallResult(CallState.NOT_DONE, notes, taken_back=taken_back)

    def _partly_done(
        self, context: CallContext, notes: tuple[str, ...], left: Leftovers, judgements: int
    ) -> CallResult:
        """What was put right is looked at again: only then may the call be repeated."""
        kept = self._cleaned(left, context)
        if left and not kept and judgements > 1:
            return self.verify(context, notes, judgements - 1)
        state = CallState.UNKNOWN if left else CallState.PARTLY_DONE
        return CallResult(state, (*notes, *kept))

    def _complete(
        self, context: CallContext, unmarked: Create | None, why: tuple[str, ...]
    ) -> CallResult:
        """Mark what was created; whether that was done is seen, and never tried twice."""
        try:
            if unmarked is not None:
                self._port.mark(unmarked)
        except ReconcileError as error:
            why = (*why, error.message)
        try:
            found = deviations(context.after, self.reach(self._port.observe))
        except ReconcileError as error:
            return CallResult(CallState.UNKNOWN, (*why, error.message))
        if found:
            return CallResult(CallState.PARTLY_DONE, (*why, *found))
        return CallResult(CallState.DONE)

    def _cleaned(self, left: Leftovers, context: CallContext) -> tuple[str, ...]:
        """Remove what the call left; what cannot be is named, with its command."""
        notes: list[str] = []
        for each in left:
            try:
                self._port.remove(each, context)
            except ReconcileError as error:
                notes.append(f"{error.message}: {error.remedy}")
            else:
                self._say(removed(each))
        return tuple(notes)


def _there(context: CallContext, evidence: Evidence) -> bool:
    """Whether the call's own effect is on the host, whatever else has moved."""
    return present(context.action, context.after, evidence.domain)


def _takes_back(left: Leftovers) -> bool:
    """Whether removing these leftovers undoes what there is of a create."""
    effects = (UnknownOverlays, GuestOnOverlay, IncompleteSnapshot)
    return any(isinstance(each, effects) for each in left)
