"""What happens when a connection is opened, and what must not happen before."""

import subprocess
import sys
from threading import Event

import libvirt
import pytest

from reconcile.errors import HostError
from reconcile.libvirt.connection import Connection
from tests.harness.transcript import ROOT

IMPORTED = """
import sys, libvirt
taken = []
libvirt.registerErrorHandler = lambda *handler: taken.append(handler)
import reconcile.cli.main, reconcile.fleet.apply
from reconcile.libvirt.connection import Connection
assert taken == [], "importing takes libvirt's errors away from whoever imports"
Connection("test:///default", readonly=True)
Connection("test:///default", readonly=True)
assert len(taken) == 1
"""


def test_libvirts_errors_are_taken_with_the_first_connection() -> None:
    subprocess.run([sys.executable, "-c", IMPORTED], cwd=ROOT, check=True, timeout=60)


def test_a_connection_that_comes_too_late_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, closed = Event(), Event()

    class Late:
        def close(self) -> None:
            closed.set()

    def silent(_uri: str | None) -> Late:
        answers.wait(30)
        return Late()

    monkeypatch.setattr(libvirt, "openReadOnly", silent)
    with pytest.raises(HostError, match=r"no answer within 0\.01 seconds"):
        Connection("qemu+ssh://silent/system", readonly=True, seconds=0.01)
    assert not closed.is_set()
    answers.set()
    assert closed.wait(30)
