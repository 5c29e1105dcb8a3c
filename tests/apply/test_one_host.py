"""A host is one host by whatever way it is reached: for manifests, for locks, for what is left."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from reconcile.journal import codec_v1, codec_v2
from reconcile.journal.records import Begun, Finished
from reconcile.journal.store import Store
from tests.crash_recovery.faults import killed_apply
from tests.harness.command import reconcile
from tests.harness.observed import observed
from tests.lab.daemon import Daemon
from tests.lab.domain import Domain
from tests.lab.fixtures import MakeDomain

MANIFEST = "apiVersion: reconcile/v1\n{connect}domain: {name}\nsnapshots: [{{name: a}}]\n"


def manifest(folder: Path, domain: Domain, uri: str | None = None) -> Path:
    """A manifest that declares `a`, on a host of its own where a URI is given."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{domain.name}.yaml"
    connect = f"connect: '{uri}'\n" if uri else ""
    path.write_text(MANIFEST.format(name=domain.name, connect=connect))
    return path


def ways(lab: Daemon, folder: Path) -> dict[str, str]:
    """URIs of one daemon that have nothing in common but where they lead."""
    link = folder / "libvirt-sock"
    link.symlink_to(lab.socket_path)
    return {
        "a link": f"qemu+unix:///system?socket={link}",
        "no transport": f"qemu:/system?socket={lab.socket_path}",
        "no driver": f"remote+unix:///?socket={lab.socket_path}",
    }


def test_two_manifests_of_one_domain_are_an_error_by_any_way(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path
) -> None:
    domain = make_domain()
    for number, uri in enumerate((lab.uri, ways(lab, tmp_path)["a link"])):
        manifest(tmp_path / f"{number}", domain, uri)
    ran = reconcile("plan", str(tmp_path / "0"), str(tmp_path / "1"))
    assert ran.code == 1, ran.out
    assert f'1.yaml: domain: domain "{domain.name}" has another tree, at ' in re.sub(
        r"/[^\s]*/(\d)/[^:]*\.yaml:\d+:\d+", r"\1.yaml", ran.err
    ), ran.err


@pytest.mark.parametrize("way", ["a link", "no transport", "no driver"])
def test_what_is_left_is_found_and_settled_by_any_way(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path, way: str
) -> None:
    domain = make_domain()
    path = manifest(tmp_path, domain)
    killed_apply("create", path, lab.uri)
    uri = ways(lab, tmp_path)[way]
    (journal,) = Store().unfinished()
    ran = reconcile("apply", "--yes", str(path), uri=uri)
    assert (ran.code, f"was cut off in step 1: {journal.name}" in ran.out) == (5, True), ran.out
    settled = reconcile("resume", uri=uri)
    assert settled.code == 0, settled.out + settled.err
    assert set(observed(domain).tree.snapshots) == {"a"}
    assert reconcile("apply", "--yes", str(path), uri=uri).code == 0


def test_what_an_earlier_version_left_is_found_by_any_way(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path
) -> None:
    """Its journals know the host by the URI alone."""
    domain = make_domain()
    path = manifest(tmp_path, domain)
    killed_apply("create", path, lab.uri)
    (journal,) = Store().unfinished()
    rewritten_as_format_1(Path(journal.name))
    ran = reconcile("apply", "--yes", str(path), uri=ways(lab, tmp_path)["a link"])
    assert (ran.code, "was cut off in step 1" in ran.out) == (5, True), ran.out
    assert reconcile("rollback").code == 0
    assert reconcile("apply", "--yes", str(path), uri=lab.uri).code == 0


def rewritten_as_format_1(path: Path) -> None:
    """The journal as version 0.1 would have written it."""
    lines = []
    uris: dict[str, str] = {}
    for line in path.read_bytes().splitlines():
        record = codec_v2.CODEC.record(line)
        match record:
            case Begun():
                record = replace(record, format=1)
            case Finished():
                continue
            case _:
                uri = uris.setdefault(record.domain.uuid, record.domain.host.uri)
                host = replace(record.domain.host, uri=uri)
                record = replace(record, domain=replace(record.domain, host=host))
        lines.append(codec_v1.CODEC.line(record))
    path.write_bytes(b"".join(lines))
