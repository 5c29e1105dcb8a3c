"""Waiting for jobs, connections and starts: how long, and how often is asked (docs/decisions.md).

Pauses double from one try to the next, up to LONGEST_PAUSE. A time-out is looked at between tries,
so the last try may end after it.
"""

from collections.abc import Callable, Iterator
from time import monotonic, sleep
from typing import TypeVar

from reconcile.errors import HostError
from reconcile.errors.libvirt_codes import LibvirtCode

Result = TypeVar("Result")
Tell = Callable[[str], None]

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0


def in_turn(call: Callable[[], Result], seconds: float, tell: Tell) -> Result:
    """The result of a call, made again for `seconds` while another job holds the domain.

    Raises what the call raises.
    """
    return _tried(call, _job_held, seconds, lambda: tell(_JOB_HELD))


def connected(call: Callable[[], Result], seconds: float, tell: Tell) -> Result:
    """The result of a call, made again for `seconds` while the host does not answer.

    Raises what the call raises.
    """
    return _tried(call, lambda _: True, seconds, lambda: tell(_LOST))


def until_idle(
    busy: Callable[[], bool], works: Callable[[], bool], seconds: float, tell: Tell
) -> bool:
    """Whether no job holds the domain any more, once that is so or waiting was given up.

    A merge may take hours: there is no end to waiting while libvirt says that it works. Where it
    does not, waiting is given up after `seconds`. Raises what the questions raise.
    """
    began = monotonic()

    def given_up() -> bool:
        return monotonic() - began > seconds and not works()

    return _ended(busy, given_up, lambda: tell(_WORKING))


def until_started(starting: Callable[[], bool], seconds: float, tell: Tell) -> bool:
    """Whether QEMU's start has ended; waiting for it is given up after `seconds`.

    Raises what the question raises.
    """
    began = monotonic()
    return _ended(starting, lambda: monotonic() - began > seconds, lambda: tell(_STARTING))


_JOB_HELD = "another job holds the domain: trying again"
_LOST = "the connection is lost: trying again"
_WORKING = "waiting for the call that libvirt still works on"
_STARTING = "waiting for QEMU, which libvirt is starting"


def _job_held(error: HostError) -> bool:
    """libvirt gave up after another job had held the domain for 30 seconds."""
    return error.code == LibvirtCode.OPERATION_TIMEOUT


def _tried(
    call: Callable[[], Result],
    passes: Callable[[HostError], bool],
    seconds: float,
    tell: Callable[[], None],
) -> Result:
    """The call's result; while it fails with an error that may pass, again until the time-out."""
    began, pauses = monotonic(), _pauses(tell)
    while True:
        try:
            return call()
        except HostError as error:
            if not passes(error) or monotonic() - began >= seconds:
                raise
        sleep(next(pauses))


def _ended(
    held: Callable[[], bool], given_up: Callable[[], bool], tell: Callable[[], None]
) -> bool:
    """Whether it came to its end before it was given up."""
    pauses = _pauses(tell)
    while held():
        if given_up():
            return False
        sleep(next(pauses))
    return True


def _pauses(tell: Callable[[], None]) -> Iterator[float]:
    """Seconds to wait before each next try; told once that something is waited for."""
    tell()
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(2 * pause, LONGEST_PAUSE)
