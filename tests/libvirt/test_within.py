"""A call that may never come back: given up, and what it brings too late is not kept."""

from threading import Event

import pytest

from reconcile.libvirt.waiting import within


def test_what_comes_in_time_is_the_result() -> None:
    discarded: list[str] = []
    assert within(30, lambda: "connection", discarded.append) == "connection"
    assert discarded == []


def test_what_it_raises_is_raised() -> None:
    def fails() -> str:
        raise LookupError("no such host")

    with pytest.raises(LookupError, match="no such host"):
        within(30, fails, lambda _: None)


def test_what_comes_too_late_is_discarded() -> None:
    answers, closed = Event(), Event()

    def slow() -> str:
        answers.wait(30)
        return "connection"

    def discard(late: str) -> None:
        assert late == "connection"
        closed.set()

    with pytest.raises(TimeoutError):
        within(0.01, slow, discard)
    assert not closed.is_set()
    answers.set()
    assert closed.wait(30)


def test_what_fails_too_late_is_nobodys_concern() -> None:
    answers, ended = Event(), Event()

    def slow() -> str:
        answers.wait(30)
        ended.set()
        raise LookupError("no such host")

    discarded: list[str] = []
    with pytest.raises(TimeoutError):
        within(0.01, slow, discarded.append)
    answers.set()
    assert ended.wait(30)
    assert discarded == []
