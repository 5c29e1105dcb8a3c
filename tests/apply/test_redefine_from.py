"""`redefine-from`: a domain lost its snapshots' metadata, the data is there, the dumps are too."""

from pathlib import Path

import libvirt
import pytest

from tests.harness.command import reconcile
from tests.harness.contents import Oracle
from tests.lab import metadata
from tests.lab.domain import Domain
from tests.lab.fixtures import MakeDomain

CHAIN = """\
apiVersion: reconcile/v1
domain: {name}
defaults: {{disks: {{vda: {kind}}}}}
snapshots:
  - name: a
    description: First
    labels: {{tier: golden}}{below}
"""
BELOW = "\n    children: [{{name: b{rest}}}]"
RESTORED = """\
apiVersion: reconcile/v1
domain: {name}
{current}
snapshots:
  - name: a
    redefine-from: a.xml
    children:
      - name: b
        redefine-from: b.xml
        children:
          - {{name: c, redefine-from: c.xml}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def _prepared(domain: Domain, oracle: Oracle, folder: Path, kind: str) -> None:
    """Three snapshots with different data, dumped, and forgotten by libvirt."""
    manifest = folder / "chain.yaml"
    for below in ("", BELOW.format(rest=""), BELOW.format(rest=", children: [{name: c}]")):
        manifest.write_text(CHAIN.format(name=domain.name, kind=kind, below=below))
        oracle.write()
        before = oracle.active()
        assert reconcile("apply", "--yes", str(manifest), uri=domain.daemon.uri).code == 0
        oracle.learn(before)
    manifest.unlink()
    with domain.handle() as handle:
        for name in ("a", "b", "c"):
            dump = handle.snapshotLookupByName(name).getXMLDesc(libvirt.VIR_DOMAIN_XML_SECURE)
            (folder / f"{name}.xml").write_text(dump)
        xml = handle.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE | libvirt.VIR_DOMAIN_XML_SECURE)
        handle.undefineFlags(libvirt.VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA)
    with domain.daemon.connect() as connection:
        connection.defineXML(xml)
    assert not metadata.snapshots(domain).names


@pytest.mark.parametrize("kind", ["internal", "external"])
def test_lost_metadata_is_restored_with_data_and_pointer(
    kind: str, make_domain: MakeDomain, folder: Path
) -> None:
    domain = make_domain()
    oracle = Oracle(domain)
    _prepared(domain, oracle, folder, kind)
    current = "current: c" if kind == "internal" else ""  # external: told by the disks
    manifest = folder / "restored.yaml"
    manifest.write_text(RESTORED.format(name=domain.name, current=current))
    applied = reconcile("apply", "--yes", str(manifest), uri=domain.daemon.uri)
    assert applied.code == 0, applied.out + applied.err
    assert reconcile("plan", "--detailed-exitcode", str(manifest), uri=domain.daemon.uri).code == 0
    found = metadata.snapshots(domain)
    assert found.current == "c"
    assert {each.name: each.parent for each in found.entries.values()} == {
        "a": None,
        "b": "a",
        "c": "b",
    }
    assert all(each.foreign for each in found.entries.values())
    oracle.check()


def test_internal_snapshots_need_their_current_one_declared(
    make_domain: MakeDomain, folder: Path
) -> None:
    domain = make_domain()
    _prepared(domain, Oracle(domain), folder, "internal")
    manifest = folder / "restored.yaml"
    manifest.write_text(RESTORED.format(name=domain.name, current=""))
    planned = reconcile("plan", str(manifest), uri=domain.daemon.uri)
    assert planned.code == 3
    assert "[dump-current]" in planned.out


@pytest.mark.parametrize("kind", ["internal", "external"])
def test_metadata_without_data_is_not_restored(
    kind: str, make_domain: MakeDomain, folder: Path
) -> None:
    domain = make_domain()
    _prepared(domain, Oracle(domain), folder, kind)
    if kind == "internal":
        path = str(domain.source("vda"))
        domain.daemon.run("qemu-img", "snapshot", "-d", "b", path)
    else:
        (domain.folder / "vda.a").unlink()
    manifest = folder / "restored.yaml"
    manifest.write_text(RESTORED.format(name=domain.name, current="current: c"))
    planned = reconcile("plan", str(manifest), uri=domain.daemon.uri)
    assert planned.code == 3
    assert ("[tag-missing]" if kind == "internal" else "[file-missing]") in planned.out
    assert not metadata.snapshots(domain).names


def test_a_dump_of_another_domain_or_snapshot_is_refused(
    make_domain: MakeDomain, folder: Path
) -> None:
    domain, other = make_domain(), make_domain()
    _prepared(domain, Oracle(domain), folder, "internal")
    (folder / "b.xml").write_text((folder / "c.xml").read_text())
    manifest = folder / "restored.yaml"
    for name, why in ((domain.name, "it holds snapshot c"), (other.name, "with the UUID")):
        manifest.write_text(RESTORED.format(name=name, current="current: c"))
        planned = reconcile("plan", str(manifest), uri=domain.daemon.uri)
        assert planned.code == 3
        assert "[dump-wrong]" in planned.out
        assert why in planned.out
