"""A test that is not meant for a release, or for a user without root's rights, says so.

Whether it runs is decided by the version alone, never by what libvirt happens to do: a release that
should show something and does not, fails. Any other skip is a failure, told by this plugin.
"""

import os
import re
from collections.abc import Generator
from typing import Final

import pytest

from tests.lab.daemon import REVERTS_EXTERNAL, Daemon
from tests.lab.releases import Version, is_root

SAID: Final = re.compile(r"meant for (root|libvirt \d+\.\d+\.\d+ and newer, not \w+ with \d+)")


def since(daemon: Daemon, version: Version, why: str) -> None:
    """Skip the test where the daemon's libvirt is older; `why` says what came with the version."""
    if daemon.version < version:
        meant = f"meant for libvirt {_text(version)} and newer, not {daemon.release.name} with"
        pytest.skip(f"{meant} {_text(daemon.version)}: {why}")


def since_external_revert(daemon: Daemon) -> None:
    """Skip the test where libvirt refuses every revert to an external snapshot."""
    since(daemon, REVERTS_EXTERNAL, "it reverts to external snapshots")


def needs_root(why: str) -> pytest.MarkDecorator:
    """Mark a test that only root can run. In CI it fails for others: there nothing is left out."""
    return pytest.mark.skipif(_is_left_out(), reason=f"meant for root: {why}")


def root_alone(why: str) -> None:
    """Skip the test for everybody but root, but in CI."""
    if _is_left_out():
        pytest.skip(f"meant for root: {why}")


def _is_left_out() -> bool:
    return not is_root() and os.environ.get("CI") != "true"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        where = report.longrepr
        reason = where[2] if isinstance(where, tuple) else str(where)
        if not SAID.search(reason):
            report.outcome = "failed"
            report.longrepr = f"a skip has to say by which release it is meant: {reason}"
    return report


def _text(version: Version) -> str:
    return ".".join(map(str, version))
