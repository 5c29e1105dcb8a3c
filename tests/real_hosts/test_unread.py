"""Images that nobody here can read, as where no qemu-img is installed or images belong to root.

What libvirt has done with success is done; nothing is said of what nobody could look at.
"""

from typing import Final

import pytest

from tests.real_hosts.reverting import Take
from tests.real_hosts.subject import Keys, Subject

WITHOUT_B: Final[Keys] = {"snapshots": [{"name": "a"}]}
WITHOUT_A: Final[Keys] = {"snapshots": [{"name": "b"}]}
BACK: Final[Keys] = {"snapshots": [{"name": "a"}], "current": {"snapshot": "a", "revert": "always"}}
NOT_SAID: Final = ("cannot be read", "cannot be removed", "left behind", "qemu-img")


def internal(subject: Subject) -> None:
    subject.internal("a", "b")
    subject.write()


def internal_running(subject: Subject) -> None:
    subject.domain.start()
    internal(subject)


def external(subject: Subject) -> None:
    subject.external("a", "b")
    subject.write()


TAKES: Final = (internal, internal_running, external)


@pytest.mark.parametrize("keys", [WITHOUT_B, WITHOUT_A], ids=["the last", "the first"])
@pytest.mark.parametrize("take", TAKES, ids=lambda take: take.__name__)
def test_a_delete_that_libvirt_did_is_done(
    subject: Subject, monkeypatch: pytest.MonkeyPatch, take: Take, keys: Keys
) -> None:
    take(subject)
    before = subject.now()
    with monkeypatch.context() as patch:
        patch.setenv("PATH", "/nowhere")
        applied = subject.apply(keys)
    if applied.code == 3 and take is external and not subject.daemon.reverts_external:
        assert "external-offline" in applied.out  # 9.0 merges only the last overlay while off
        return
    assert applied.code == 0, applied.out + applied.err
    assert not [each for each in NOT_SAID if each in applied.out + applied.err]
    (left,) = keys["snapshots"]
    assert list(subject.names()) == [left["name"]]
    if subject.domain.state == "shutoff":
        assert subject.now() == before


@pytest.mark.parametrize("take", [internal, internal_running], ids=lambda take: take.__name__)
def test_a_revert_that_libvirt_did_is_done(
    subject: Subject, monkeypatch: pytest.MonkeyPatch, take: Take
) -> None:
    take(subject)
    with monkeypatch.context() as patch:
        patch.setenv("PATH", "/nowhere")
        applied = subject.apply(BACK)
    assert applied.code == 0, applied.out + applied.err
    assert not [each for each in NOT_SAID[:3] if each in applied.out + applied.err]
    assert (list(subject.names()), subject.now()) == (["a"], subject.held["a"])
