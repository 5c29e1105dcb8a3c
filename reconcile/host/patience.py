"""Calls that may never come back, such as connecting through ssh to a host that is switched off."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

Result = TypeVar("Result")


def within(seconds: float, call: Callable[[], Result]) -> Result:
    """The call's result. Raises TimeoutError after that many seconds, else what the call raises.

    A call that is given up goes on in its thread, which does not keep the process alive.
    """
    future: Future[Result] = Future()

    def work() -> None:
        try:
            future.set_result(call())
        except Exception as error:  # noqa: BLE001 - it is raised where somebody waits for it
            future.set_exception(error)

    Thread(target=work, daemon=True).start()
    return future.result(seconds)
