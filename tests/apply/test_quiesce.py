"""`capture.quiesce` and memory, on a guest that really runs: what its file system and memory hold.

Its file system alone can tell a quiesced snapshot from one that was merely taken: what programs
have written is in it, and its journal is empty. Its memory tells whether a revert brought back the
guest, or only its disks.
"""

import json
from pathlib import Path
from typing import Final

import pytest

from tests.harness.command import reconcile
from tests.lab import content, guest, skips
from tests.lab.domain import Domain
from tests.lab.fixtures import MakeDomain
from tests.lab.guest import Guest

only_root = skips.needs_root("it builds the guest")

PLAIN: Final = """\
apiVersion: reconcile/v1
domain: {name}
defaults: {{memory: none, disks: {{vda: external}}}}
snapshots:
  - name: plain
"""
QUIESCED: Final = f"""{PLAIN}\
    children:
      - {{{{name: quiet, capture: {{{{quiesce: true}}}}}}}}
"""
ONCE_MORE: Final = f"""{QUIESCED}\
  - {{{{name: later, parent: quiet, capture: {{{{quiesce: true}}}}}}}}
"""
MEMORY: Final = """\
apiVersion: reconcile/v1
domain: {name}
allow: [discards-guest-state]
defaults: {{memory: {kind}, disks: {{vda: {kind}}}}}
snapshots:
  - name: one
"""
MEMORY_TWICE: Final = f"{MEMORY}    children: [{{{{name: two}}}}]\n"
BRANCH: Final = f"""{MEMORY_TWICE}\
  - name: side
    parent: one
    memory: none
    disks: {{{{vda: external}}}}
    capture: {{{{quiesce: true}}}}
current: side
"""

MAGIC_AT, MAGIC = 1024 + 0x38, 0xEF53
INCOMPATIBLE_AT, NEEDS_RECOVERY = 1024 + 0x60, 0x4


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    return tmp_path / "manifest.yaml"


@only_root
def test_quiesce_writes_out_what_the_guest_holds(make_domain: MakeDomain, manifest: Path) -> None:
    running = _boot(make_domain)
    domain = running.domain
    base = _first_plain(running, manifest)
    middle = _then_quiesced(running, manifest)
    held = [content.digest(domain.daemon, path) for path in (base, middle)]
    running.shell("echo after-quiet >/data/3; sync")
    assert _holds(domain, domain.source("vda"), "after-quiet")
    assert [content.digest(domain.daemon, path) for path in (base, middle)] == held
    running.stop_agent()
    assert _refusals(domain, manifest, ONCE_MORE) == ["no-agent"]
    domain.destroy()
    assert _refusals(domain, manifest, ONCE_MORE) == ["quiesce"]


def _first_plain(running: Guest, manifest: Path) -> Path:
    """Without quiesce: what is written is not on disk. The image that the snapshot holds."""
    domain, base = running.domain, running.domain.source("vda")
    running.shell("echo before-plain >/data/1")
    _apply(domain, manifest, PLAIN)
    assert _dirty(domain, base)
    assert not _holds(domain, base, "before-plain")
    assert running.freezes == []
    return base


def _then_quiesced(running: Guest, manifest: Path) -> Path:
    """With quiesce: all is on disk, and the guest goes on. The image that the snapshot holds."""
    domain, middle = running.domain, running.domain.source("vda")
    running.shell("echo before-quiet >/data/2")
    domain.pause()
    assert _refusals(domain, manifest, QUIESCED) == ["quiesce"]
    domain.resume()
    assert _dirty(domain, middle)
    assert "virDomainSnapshotCreateXML(DISK_ONLY | QUIESCE)\n" in _shown(domain, manifest, QUIESCED)
    _apply(domain, manifest, QUIESCED)
    assert not _dirty(domain, middle)
    assert all(_holds(domain, middle, word) for word in ("before-plain", "before-quiet"))
    assert running.freezes == ["freeze", "thaw"]
    assert not running.frozen
    return middle


@pytest.mark.parametrize("channel", [False, True], ids=["no channel", "nobody on the channel"])
def test_quiesce_needs_an_agent(make_domain: MakeDomain, manifest: Path, channel: bool) -> None:
    domain = make_domain()
    if channel:
        guest.add_channel(domain)
    domain.start()
    before = domain.source("vda")
    assert _refusals(domain, manifest, QUIESCED) == ["no-agent"]
    assert reconcile("apply", "--yes", str(manifest), uri=domain.daemon.uri).code == 3
    assert domain.source("vda") == before


@only_root
@pytest.mark.parametrize("kind", ["internal", "external"])
def test_a_revert_brings_back_the_guest(kind: str, make_domain: MakeDomain, manifest: Path) -> None:
    running = _boot(make_domain)
    for name, text in (("one", MEMORY), ("two", MEMORY_TWICE)):
        _remember(running, name)
        _apply(running.domain, manifest, text, kind)
    _remember(running, "three")
    back = MEMORY_TWICE + "current: {current}\n"
    if kind == "external" and not running.domain.daemon.reverts_external:
        assert _refusals(running.domain, manifest, back, kind, "one") == ["revert-external"]
        assert _remembered(running) == "three three"
        return
    for name in ("one", "two"):
        _apply(running.domain, manifest, back, kind, name)
        running.wait()
        assert _remembered(running) == f"{name} {name}"
    _quiesced_after_revert(running, manifest, back, kind)


def _quiesced_after_revert(running: Guest, manifest: Path, back: str, kind: str) -> None:
    """In plans of their own: none can know whether a guest that comes back has its agent."""
    domain = running.domain
    assert _refusals(domain, manifest, BRANCH, kind) == ["no-agent"]
    assert _remembered(running) == "two two"
    _apply(domain, manifest, back, kind, "one")
    running.wait()
    assert _remembered(running) == "one one"
    _apply(domain, manifest, BRANCH, kind)
    assert running.freezes == ["freeze", "thaw"]


def _boot(make_domain: MakeDomain) -> Guest:
    return guest.boot(make_domain((guest.DISK,), memory_mib=guest.MEMORY_MIB))


def _remember(running: Guest, word: str) -> None:
    """Write a word where only the guest's memory has it, and where its disk has it too."""
    running.shell(f"echo {word} >/run/word; echo {word} >/data/word; sync")


def _remembered(running: Guest) -> str:
    """The words in memory and on disk; of the latter, not what the guest still has cached."""
    drop = "echo 3 >/proc/sys/vm/drop_caches"
    return " ".join(running.shell(f"{drop}; cat /run/word /data/word").split())


def _write(
    domain: Domain, manifest: Path, text: str, kind: str = "none", current: str = ""
) -> None:
    manifest.write_text(text.format(name=domain.name, kind=kind, current=current))


def _apply(
    domain: Domain, manifest: Path, text: str, kind: str = "none", current: str = ""
) -> None:
    """Apply, by a daemon that survives it, and plan to nothing afterwards."""
    _write(domain, manifest, text, kind, current)
    uri, daemon = domain.daemon.uri, domain.daemon.pid
    applied = reconcile("apply", "--yes", str(manifest), uri=uri)
    assert applied.code == 0, applied.out + applied.err
    again = reconcile("plan", "--detailed-exitcode", str(manifest), uri=uri)
    assert (again.code, again.err) == (0, ""), again.out
    assert domain.daemon.pid == daemon
    assert domain.state == "running"


def _refusals(
    domain: Domain, manifest: Path, text: str, kind: str = "none", current: str = ""
) -> list[str]:
    """The codes of a plan's refusals."""
    _write(domain, manifest, text, kind, current)
    planned = reconcile("plan", "--format", "json", str(manifest), uri=domain.daemon.uri)
    codes = [each["code"] for each in json.loads(planned.out)["domains"][0]["refusals"]]
    assert planned.code == (3 if codes else 0), planned.out + planned.err
    return codes


def _shown(domain: Domain, manifest: Path, text: str) -> str:
    """A plan with the calls it will make."""
    _write(domain, manifest, text)
    return reconcile("plan", "--show-xml", str(manifest), uri=domain.daemon.uri).out


def _holds(domain: Domain, image: Path, text: str) -> bool:
    return text.encode() in _raw(domain, image)


def _dirty(domain: Domain, image: Path) -> bool:
    """Whether the ext4 in an image needs its journal, as its superblock says."""
    raw = _raw(domain, image)
    assert int.from_bytes(raw[MAGIC_AT : MAGIC_AT + 2], "little") == MAGIC
    incompatible = int.from_bytes(raw[INCOMPATIBLE_AT : INCOMPATIBLE_AT + 4], "little")
    return bool(incompatible & NEEDS_RECOVERY)


def _raw(domain: Domain, image: Path) -> bytes:
    return content.read(domain.daemon, image, length=guest.DISK.mib * 1024**2)
