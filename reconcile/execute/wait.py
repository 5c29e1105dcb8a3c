"""The only importer of tenacity: how long and how often something is tried again."""

from collections.abc import Callable
from typing import TypeVar

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    retry_if_result,
    stop_after_delay,
    wait_exponential,
)

from reconcile.errors import HostError
from reconcile.errors.libvirt_codes import LibvirtCode

Result = TypeVar("Result")

LONGEST_PAUSE = 5.0


def in_turn(call: Callable[[], Result], seconds: float, tell: Callable[[str], None]) -> Result:
    """The call's result; while another job holds the domain, again until `seconds` are over."""
    return _retrying(_job_held, seconds, tell, "another job holds the domain: trying again")(call)


def connected(call: Callable[[], Result], seconds: float, tell: Callable[[str], None]) -> Result:
    """The call's result; while the host does not answer, again until `seconds` are over."""
    return _retrying(_host_error, seconds, tell, "the connection is lost: trying again")(call)


def until_idle(
    busy: Callable[[], bool], works: Callable[[], bool], seconds: float, tell: Callable[[str], None]
) -> bool:
    """Whether nothing holds the domain any more.

    A merge may take hours: there is no end to waiting while libvirt says that it works. Where it
    does not, it is given up after `seconds`.
    """

    def given_up(state: RetryCallState) -> bool:
        return (state.seconds_since_start or 0) > seconds and not works()

    return _over(busy, given_up, lambda: tell("waiting for the call that libvirt still works on"))


def until_started(
    starting: Callable[[], bool], seconds: float, tell: Callable[[str], None]
) -> bool:
    """Whether QEMU is not being started any more; given up after `seconds`."""
    given_up = stop_after_delay(seconds)
    return _over(starting, given_up, lambda: tell("waiting for QEMU, which libvirt is starting"))


def _over(
    held: Callable[[], bool], given_up: Callable[[RetryCallState], bool], tell: Callable[[], None]
) -> bool:
    """Whether it came to its end before it was given up; told once that it is waited for."""

    def again(state: RetryCallState) -> None:
        if state.attempt_number == 1:
            tell()

    still = Retrying(
        retry=retry_if_result(bool),
        stop=given_up,
        wait=wait_exponential(multiplier=0.1, max=LONGEST_PAUSE),
        before_sleep=again,
        retry_error_callback=lambda _: True,
    )(held)
    return not still


def _retrying(
    retried: Callable[[BaseException], bool], seconds: float, tell: Callable[[str], None], text: str
) -> Callable[[Callable[[], Result]], Result]:
    def again(state: RetryCallState) -> None:
        if state.attempt_number == 1:
            tell(text)

    return Retrying(
        retry=retry_if_exception(retried),
        stop=stop_after_delay(seconds),
        wait=wait_exponential(multiplier=0.2, max=LONGEST_PAUSE),
        before_sleep=again,
        reraise=True,
    )


def _job_held(error: BaseException) -> bool:
    """libvirt gave up after another job had held the domain for 30 seconds."""
    return isinstance(error, HostError) and error.code == LibvirtCode.OPERATION_TIMEOUT


def _host_error(error: BaseException) -> bool:
    return isinstance(error, HostError)
