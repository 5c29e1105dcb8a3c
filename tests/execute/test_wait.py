"""Waiting: what is tried again, how often, and for how long; on a clock that only waiting moves."""

from collections.abc import Callable

import pytest

from reconcile.errors import HostError, LibvirtMessage
from reconcile.errors.libvirt_codes import LibvirtCode
from reconcile.execute import wait


class Clock:
    """The time, and the pauses that were made."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    def monotonic(self) -> float:
        return sum(self.pauses)

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(wait, "monotonic", made.monotonic)
    monkeypatch.setattr(wait, "sleep", made.sleep)
    return made


def failing(code: LibvirtCode, times: int) -> Callable[[], str]:
    """A call that fails so many times, and then has a result."""
    left = [HostError("HOST", "web01", "revert", LibvirtMessage(code, "held"))] * times

    def call() -> str:
        if left:
            raise left.pop()
        return "done"

    return call


def test_a_held_domain_is_waited_for_with_longer_and_longer_pauses(clock: Clock) -> None:
    told: list[str] = []
    call = failing(LibvirtCode.OPERATION_TIMEOUT, 7)
    assert wait.in_turn(call, 600, told.append) == "done"
    assert clock.pauses == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    assert told == ["another job holds the domain: trying again"]


def test_nothing_is_told_where_nothing_is_waited_for(clock: Clock) -> None:
    told: list[str] = []
    assert wait.in_turn(failing(LibvirtCode.OPERATION_TIMEOUT, 0), 600, told.append) == "done"
    assert (told, clock.pauses) == ([], [])


def test_it_is_given_up_after_its_time(clock: Clock) -> None:
    with pytest.raises(HostError):
        wait.in_turn(failing(LibvirtCode.OPERATION_TIMEOUT, 99), 1, print)
    assert clock.pauses == [0.2, 0.4, 0.8]


def test_another_error_is_not_waited_for(clock: Clock) -> None:
    with pytest.raises(HostError):
        wait.in_turn(failing(LibvirtCode.OPERATION_FAILED, 1), 600, print)
    assert clock.pauses == []


def test_a_host_that_does_not_answer_is_tried_again_whatever_it_says(clock: Clock) -> None:
    told: list[str] = []
    assert wait.connected(failing(LibvirtCode.SYSTEM_ERROR, 2), 60, told.append) == "done"
    assert clock.pauses == [0.2, 0.4]
    assert told == ["the connection is lost: trying again"]


def test_there_is_no_end_to_waiting_while_libvirt_works(clock: Clock) -> None:
    held = [True] * 100
    told: list[str] = []
    assert wait.until_idle(lambda: bool(held and held.pop()), lambda: True, 60, told.append)
    assert clock.monotonic() > 60
    assert told == ["waiting for the call that libvirt still works on"]


def test_a_job_that_nobody_works_on_is_given_up(clock: Clock) -> None:
    assert not wait.until_idle(lambda: True, lambda: False, 60, print)
    assert 60 < clock.monotonic() <= 60 + wait.LONGEST_PAUSE


def test_a_start_that_does_not_end_is_given_up(clock: Clock) -> None:
    assert not wait.until_started(lambda: True, 60, print)
    assert 60 < clock.monotonic() <= 60 + wait.LONGEST_PAUSE
    assert wait.until_started(lambda: False, 60, print)
