"""The calls made of libvirt are those that the plan shows: functions, flags, XML, in this order."""

import json
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import libvirt
import pytest

from tests.harness.command import reconcile
from tests.harness.transcript import ROOT
from tests.lab.daemon import Daemon
from tests.lab.disk import Disk
from tests.lab.fixtures import MakeDomain

HEAD: Final = """\
apiVersion: reconcile/v1
domain: {name}
allow: [discards-guest-state, deletes-unowned]
"""
OUT: Final = "disks: {vda: external, vdb: external}"
OWNED: Final = ("name", "description", "parent")
MARK: Final = "{urn:libvirt-reconcile:mark:1}mark"
FUNCTIONS: Final = {
    "CREATE": "virDomainSnapshotCreateXML",
    "DELETE": "virDomainSnapshotDelete",
    "REVERT": "virDomainRevertToSnapshot",
}


@dataclass(frozen=True, slots=True)
class Made:
    """A call at the boundary, and the dumps with secrets of all snapshots just before it."""

    group: str
    bits: int
    xml: str | None
    dumps: dict[str, str]

    @property
    def flags(self) -> set[str]:
        prefix = f"VIR_DOMAIN_SNAPSHOT_{self.group}_"
        named = {name: getattr(libvirt, name) for name in dir(libvirt) if name.startswith(prefix)}
        return {name.removeprefix(prefix) for name, bit in named.items() if self.bits & bit}


@contextmanager
def recorded() -> Iterator[list[Made]]:
    """Every call of libvirt-python that changes a snapshot."""
    made: list[Made] = []

    def dumps(domain: libvirt.virDomain) -> dict[str, str]:
        secure = libvirt.VIR_DOMAIN_SNAPSHOT_XML_SECURE
        return {each.getName(): each.getXMLDesc(secure) for each in domain.listAllSnapshots(0)}

    def create(domain: libvirt.virDomain, xml: str, flags: int = 0) -> object:
        made.append(Made("CREATE", flags, xml, dumps(domain)))
        return creates(domain, xml, flags)

    def delete(snapshot: libvirt.virDomainSnapshot, flags: int = 0) -> object:
        made.append(Made("DELETE", flags, None, {}))
        return deletes(snapshot, flags)

    def revert(domain: libvirt.virDomain, snapshot: object, flags: int = 0) -> object:
        made.append(Made("REVERT", flags, None, {}))
        return reverts(domain, snapshot, flags)

    creates: Callable[..., object] = libvirt.virDomain.snapshotCreateXML
    deletes: Callable[..., object] = libvirt.virDomainSnapshot.delete
    reverts: Callable[..., object] = libvirt.virDomain.revertToSnapshot
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(libvirt.virDomain, "snapshotCreateXML", create)
        patch.setattr(libvirt.virDomainSnapshot, "delete", delete)
        patch.setattr(libvirt.virDomain, "revertToSnapshot", revert)
        yield made


def unowned(xml: str) -> str:
    """A dump without what this tool owns, in canonical form."""
    root = ET.fromstring(xml)  # noqa: S314 - from libvirt, or made by us
    for tag in OWNED:
        for found in root.findall(tag):
            root.remove(found)
    for domain in root.findall("domain"):
        for metadata in domain.findall("metadata"):
            for mark in metadata.findall(MARK):
                metadata.remove(mark)
            if len(metadata) == 0:
                domain.remove(metadata)
    return ET.canonicalize(ET.tostring(root, encoding="unicode"), strip_text=True)


def agrees(shown: dict[str, Any], made: Made) -> None:
    """One call as it was shown, and as it was made."""
    assert FUNCTIONS[made.group] == shown["function"]
    assert made.flags == set(shown["flags"])
    if "xml" in shown:
        assert made.xml == shown["xml"]
    elif made.xml is not None:
        name = ET.fromstring(made.xml).findtext("name") or ""  # noqa: S314 - as above
        words = shown["note"].split()
        source = words[words.index("snapshot") + 1] if "of snapshot" in shown["note"] else name
        assert unowned(made.xml) == unowned(made.dumps[source])


def only_records(made: list[Made]) -> None:
    """At most one more call: it writes what was applied into the mark of a root."""
    assert len(made) <= 1
    for each in made:
        assert each.flags == {"REDEFINE"}
        root = ET.fromstring(each.xml or "")  # noqa: S314 - as above
        mark = root.find(f"domain/metadata/{MARK}")
        assert root.find("parent") is None
        assert mark is not None
        assert mark.find("{urn:libvirt-reconcile:mark:1}applied") is not None
        assert unowned(each.xml or "") == unowned(each.dumps[root.findtext("name") or ""])


def apply_as_shown(text: str, folder: Path, name: str, uri: str) -> set[str]:
    """Plan, apply, and compare; the kinds of the actions that were applied."""
    manifest = folder / "web01.yaml"
    manifest.write_text(f"{HEAD.format(name=name)}{text}\n")
    planned = reconcile("plan", "--format", "json", str(manifest), uri=uri)
    (domain,) = json.loads(planned.out)["domains"]
    assert domain["refusals"] == []
    shown = [call for action in domain["actions"] for call in action["calls"]]
    with recorded() as made:
        applied = reconcile("apply", "--yes", str(manifest), uri=uri)
    assert len(made) >= len(shown) > 0, applied.out + applied.err
    for one, other in zip(shown, made[: len(shown)], strict=True):
        agrees(one, other)
    only_records(made[len(shown) :])
    return {action["action"] for action in domain["actions"]}


ALL: Final = {"create", "redefine", "delete", "revert"}
BOTH: Final = "snapshots: [{name: a, children: [{name: b}]}]"
INSIDE: Final = (
    "snapshots: [{name: a, description: first}]",
    "snapshots: [{name: a, description: second, labels: {k: v}}]",
    BOTH,
    f"current: a\n{BOTH}",
    f"current: {{snapshot: b, run-state: paused, revert: always}}\n{BOTH}",
    "snapshots: [{name: a}]",
)
OUTSIDE: Final = (
    f"snapshots: [{{name: a, {OUT}}}]",
    f"snapshots: [{{name: a, {OUT}, children: [{{name: b, {OUT}}}]}}]",
    f"snapshots: [{{name: a, {OUT}, children: [{{name: c, renamed-from: b, {OUT}}}]}}]",
    f"snapshots: [{{name: a, description: new, {OUT}}}]",
)
ON_THE_TEST_DRIVER: Final = (
    "snapshots: [{name: base, description: other}, {name: more, parent: base}]",
    "current: {snapshot: base, revert: always}\nsnapshots: [{name: base}]",
    "prune: all\nsnapshots: [{name: more}]",
)


def test_inside_the_images(lab: Daemon, make_domain: MakeDomain, tmp_path: Path) -> None:
    name = make_domain().name
    kinds = [apply_as_shown(text, tmp_path, name, lab.uri) for text in INSIDE]
    assert set().union(*kinds) == ALL


@pytest.mark.parametrize("running", [False, True])
def test_in_overlays(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path, *, running: bool
) -> None:
    domain = make_domain((Disk("vda"), Disk("vdb")))
    if running:
        domain.start()
    kinds = [apply_as_shown(text, tmp_path, domain.name, lab.uri) for text in OUTSIDE]
    assert set().union(*kinds) == ALL - {"revert"}


def test_nothing_is_marked_where_no_metadata_is_kept(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path
) -> None:
    domain = make_domain((Disk("vda"), Disk("vdb")))
    discard = f"snapshots: [{{name: a, {OUT}, capture: {{metadata: discard}}}}]"
    assert apply_as_shown(discard, tmp_path, domain.name, lab.uri) == {"create"}
    assert lab.virsh("snapshot-list", domain.name, "--name").split() == []
    assert domain.source("vda").name == "vda.a"


@pytest.mark.lab
def test_on_the_test_driver(tmp_path: Path) -> None:
    image, host = tmp_path / "web01.qcow2", tmp_path / "lab.xml"
    for command in (
        ("create", "-q", "-f", "qcow2", image, "1M"),
        ("snapshot", "-c", "base", image),
    ):
        subprocess.run(("qemu-img", *command), check=True, timeout=60)
    text = (ROOT / "examples" / "lab.xml").read_text()
    host.write_text(text.replace("/var/lib/libvirt/images/web01.qcow2", str(image)))
    uri = f"test://{host}"
    kinds = [apply_as_shown(text, tmp_path, "web01", uri) for text in ON_THE_TEST_DRIVER]
    assert set().union(*kinds) == ALL
