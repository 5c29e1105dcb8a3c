"""The XML of the sandbox's hosts: as it is, without the snapshot, and that snapshot's full dump."""

import contextlib
import os
import re
from typing import Final

import libvirt

from tests.harness.transcript import ROOT

HOST: Final = (ROOT / "tests/cli/files/host.xml").read_text("utf-8")
_SNAPSHOT: Final = re.compile(r"<test:domainsnapshot>.*?</test:domainsnapshot>", re.DOTALL)
EMPTY: Final = _SNAPSHOT.sub("", HOST)
_found = _SNAPSHOT.search(HOST)
assert _found is not None
_INACTIVE: Final = re.sub(r"<active>.*?</active>", "", _found[0])
DUMP: Final = _INACTIVE.replace("test:domainsnapshot", "domainsnapshot")


def libvirt_holds(uri: str) -> bool:
    """Whether libvirt's test driver itself reads this host without a crash; tried in a child."""
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            _read_all(uri)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _read_all(uri: str) -> None:
    domains = libvirt.open(uri).listAllDomains()
    for snapshot in (each for domain in domains for each in domain.listAllSnapshots()):
        snapshot.getXMLDesc()
