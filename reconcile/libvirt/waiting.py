"""Waiting: for a call that may never come back, for a merge that takes as long as it takes."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from time import sleep
from typing import TypeVar

Result = TypeVar("Result")
POLL_SECONDS = 0.1


def until(over: Callable[[], bool]) -> None:
    """Ask again and again until the answer is yes; there is no time-out.

    Raises what `over` raises.
    """
    while not over():
        sleep(POLL_SECONDS)


def within(
    seconds: float, call: Callable[[], Result], discard: Callable[[Result], object]
) -> Result:
    """The result of a call, such as connecting through ssh to a host that is switched off.

    Raises TimeoutError after that many seconds, else what the call raises. A call that is given
    up goes on in its thread, which does not keep the process alive; should it succeed after all,
    `discard` is given what nobody waits for any more.
    """
    future: Future[Result] = Future()

    def work() -> None:
        try:
            future.set_result(call())
        except Exception as error:  # noqa: BLE001 - it is raised where somebody waits for it
            future.set_exception(error)

    def late(done: Future[Result]) -> None:
        if done.exception() is None:
            discard(done.result())

    Thread(target=work, daemon=True).start()
    try:
        return future.result(seconds)
    except TimeoutError:
        future.add_done_callback(late)
        raise
