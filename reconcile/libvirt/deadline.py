"""Waiting: for a call that may never come back, for a merge that takes as long as it takes."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from time import sleep
from typing import TypeVar

Result = TypeVar("Result")
POLL_SECONDS = 0.1


def until(over: Callable[[], bool]) -> None:
    """Wait for it without an end."""
    while not over():
        sleep(POLL_SECONDS)


def within(seconds: float, call: Callable[[], Result]) -> Result:
    """The result of a call, such as connecting through ssh to a host that is switched off.

    Raises TimeoutError after that many seconds, else what the call raises. A call that is given
    up goes on in its thread, which does not keep the process alive.
    """
    future: Future[Result] = Future()

    def work() -> None:
        try:
            future.set_result(call())
        except Exception as error:  # noqa: BLE001 - it is raised where somebody waits for it
            future.set_exception(error)

    Thread(target=work, daemon=True).start()
    return future.result(seconds)
