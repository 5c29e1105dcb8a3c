"""The JSON of a run says which step failed and why, forward, back and in a recovery."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from reconcile.errors import HostError, LibvirtMessage
from reconcile.libvirt.domain import DomainHandle
from tests.harness.command import reconcile
from tests.harness.schemas import events

FILES = Path(__file__).parent / "files"
MANIFEST = str(FILES / "web01.yaml")


@contextmanager
def failing(**calls: str) -> Iterator[None]:
    """Calls of libvirt for a snapshot fail, as on a full disk; "" is every snapshot."""

    def made(call: Callable[..., object], snapshot: str) -> Callable[..., object]:
        def fail(*arguments: object) -> object:
            if snapshot not in str(arguments[1:]):
                return call(*arguments)
            reason = LibvirtMessage(38, "No space left on device")
            raise HostError("HOST", "web01", "CALL", reason)

        return fail

    with pytest.MonkeyPatch.context() as patch:
        for name, snapshot in calls.items():
            patch.setattr(DomainHandle, name, made(getattr(DomainHandle, name), snapshot))
        yield


def result(*arguments: str, uri: str) -> dict[str, Any]:
    """The outcome of the one domain, which is told as an event too."""
    told = events(reconcile(*arguments, "--format", "json", uri=uri).out)
    (outcome,) = told[-1]["domains"]
    assert told[-1]["format_version"] == "1.1"
    assert {"event": "domain-ended", **outcome} in told
    found: dict[str, Any] = outcome
    return found


@pytest.fixture
def host(tmp_path: Path) -> str:
    path = tmp_path / "host.xml"
    path.write_bytes((FILES / "host.xml").read_bytes())
    return f"test://{path}"


def test_a_step_that_fails(host: str) -> None:
    with failing(create=""):
        outcome = result("apply", "--yes", MANIFEST, uri=host)
    assert outcome["status"] == "failed"
    (failure,) = outcome["failures"]
    assert {key: failure[key] for key in ("step", "action", "snapshot", "undoing")} == {
        "step": 1,
        "action": "create",
        "snapshot": "tuned",
        "undoing": False,
    }
    assert "No space left on device" in " ".join(failure["why"])


def test_a_step_that_fails_and_one_that_cannot_be_undone(host: str) -> None:
    with failing(redefine="Clean install of Debian", delete=""):
        outcome = result("apply", "--yes", MANIFEST, uri=host)
    assert outcome["status"] == "incomplete"
    told = [(each["step"], each["action"], each["undoing"]) for each in outcome["failures"]]
    assert told[-1] == (1, "create", True), json.dumps(outcome, indent=1)
    assert all("No space left" in " ".join(each["why"]) for each in outcome["failures"])


def test_nothing_failed(host: str) -> None:
    assert result("apply", "--yes", MANIFEST, uri=host)["failures"] == []
