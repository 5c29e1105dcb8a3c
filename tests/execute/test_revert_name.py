"""A revert whose new overlay's name is taken: libvirt names it by the second of its host's clock.

Somebody's files of these names lie there just as libvirt is asked, so its first answers are errors.
"""

import time
from pathlib import Path

import pytest

from reconcile.errors import HostError, LibvirtMessage
from reconcile.execute import perform
from reconcile.libvirt.calls import Call, Function
from reconcile.libvirt.domain import DomainHandle
from tests.harness.command import reconcile
from tests.harness.contents import Oracle
from tests.harness.observed import observed
from tests.lab import skips
from tests.lab.daemon import Daemon
from tests.lab.domain import Domain
from tests.lab.fixtures import MakeDomain

CHAIN = """\
apiVersion: reconcile/v1
domain: {name}
defaults: {{disks: {{vda: external}}, memory: none}}
allow: [discards-guest-state]
current: {current}
snapshots: [{{name: a, children: [{{name: b}}]}}]
"""
TAKEN = b"somebody's"


@pytest.mark.parametrize("running", [False, True])
def test_the_revert_is_made_in_a_later_second(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path, *, running: bool
) -> None:
    skips.since_external_revert(lab)
    domain = make_domain()
    if running:
        domain.start()
    oracle = _two_snapshots(domain, tmp_path)
    manifest = tmp_path / "web01.yaml"
    manifest.write_text(CHAIN.format(name=domain.name, current="a"))
    codes: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        _taken_names(domain, codes, patch)
        ran = reconcile("apply", "--yes", str(manifest), uri=lab.uri)
    assert ran.code == 0, ran.out + ran.err
    assert codes[:1] == [67]
    assert observed(domain).tree.current == "a"
    foreign = [path for path in domain.folder.iterdir() if path.read_bytes() == TAKEN]
    assert len(foreign) == 2
    assert domain.source("vda") not in foreign
    oracle.check()


def _two_snapshots(domain: Domain, folder: Path) -> Oracle:
    oracle = Oracle(domain)
    manifest = folder / "before.yaml"
    whole = CHAIN.format(name=domain.name, current="b")
    for text in (whole.replace("b\n", "a\n").replace(", children: [{name: b}]", ""), whole):
        manifest.write_text(text)
        oracle.write()
        before = oracle.active()
        ran = reconcile("apply", "--yes", str(manifest), uri=domain.daemon.uri)
        assert ran.code == 0, ran.out + ran.err
        oracle.learn(before)
    return oracle


def _taken_names(domain: Domain, codes: list[int], patch: pytest.MonkeyPatch) -> None:
    """Files for this second and the next, made at the first revert; `codes`: how reverts fail."""
    revert = DomainHandle.revert

    def taken(handle: DomainHandle, snapshot: str, flags: tuple[str, ...]) -> None:
        if not codes:
            second = int(time.time())
            for each in (second, second + 1):
                (domain.folder / f"vda.{each}").write_bytes(TAKEN)
        try:
            revert(handle, snapshot, flags)
        except HostError as error:
            codes.append(error.code)
            raise

    patch.setattr(DomainHandle, "revert", taken)


class Refusing:
    """A domain whose libvirt refuses reverts with this error."""

    def __init__(self, code: int, text: str) -> None:
        self.error = HostError("qemu:///system", "web01", "revert", LibvirtMessage(code, text))
        self.asked = 0

    def revert(self, _snapshot: str, _flags: tuple[str, ...]) -> None:
        self.asked += 1
        raise self.error


@pytest.mark.parametrize(
    ("code", "text", "asked"),
    [
        (67, "Datei gibt es schon: /images/vda.1795852786", perform.REVERT_TRIES),
        (67, "revert to external snapshot not supported yet", 1),
        (1, "cannot read /images/vda.1795852786", 1),
    ],
    ids=["the name is taken", "another reason", "another error"],
)
def test_only_a_name_that_is_taken_is_tried_again(
    code: int, text: str, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(perform, "REVERT_PAUSE_SECONDS", 0)
    domain = Refusing(code, text)
    with pytest.raises(HostError):
        perform.perform([Call(Function.REVERT, "a")], domain)  # type: ignore[arg-type] # reverts alone
    assert domain.asked == asked
