"""What a manifest does is what virsh does: two equal domains, and libvirt's word on both.

Each has its tree by its own tool, and other data before each step. Then all XML of the snapshots
is the same but for names of the domain, times and the mark of the owner, and so is all data.
"""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Final

import pytest

from tests.harness.command import reconcile
from tests.lab import content, skips
from tests.lab.daemon import Daemon
from tests.lab.domain import Domain
from tests.lab.fixtures import MakeDomain
from tests.virsh_table.rows import ROWS, Row, Stage

HEAD: Final = """\
apiVersion: reconcile/v1
domain: {name}
allow: [discards-guest-state, drops-metadata, moves-pointer-only]
"""
OF_ONE_DOMAIN: Final = (
    r"<creationTime>.*?</creationTime>|<metadata>.*?</metadata>|<uuid>.*?</uuid>"
    r"|<mac address=.*?>|<seclabel.*?</seclabel>"
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row(row: Row, lab: Daemon, make_domain: MakeDomain, tmp_path: Path) -> None:
    if row.reverts_external:
        skips.since_external_revert(lab)
    by_hand, declared = make_domain(), make_domain()
    for domain in (by_hand, declared):
        if row.state != "shutoff":
            domain.start(paused=row.state == "paused")
    for number, stage in enumerate(row.stages, 1):
        for domain in (by_hand, declared):
            content.write(domain, "vda", number)
        _by_hand(by_hand, stage)
        _declared(declared, stage, tmp_path / "web01.yaml")
        assert _told(declared) == _told(by_hand)
        assert _held(declared) == _held(by_hand)


def _by_hand(domain: Domain, stage: Stage) -> None:
    for command, *rest in stage.calls:
        options = (each.replace("{folder}", str(domain.folder)) for each in rest)
        domain.daemon.virsh(command, domain.name, *options)


def _declared(domain: Domain, stage: Stage, manifest: Path) -> None:
    text = stage.manifest.replace("{folder}", str(domain.folder))
    manifest.write_text(HEAD.format(name=domain.name) + text)
    applied = reconcile("apply", "--yes", str(manifest), uri=domain.daemon.uri)
    assert applied.code == 0, applied.out + applied.err


def _told(domain: Domain) -> tuple[str, str, dict[str, list[str]]]:
    """State, current snapshot and the XML of each snapshot, in words that fit both domains."""
    virsh = domain.daemon.virsh
    names = virsh("snapshot-list", domain.name, "--name", "--topological").split()
    dumps = {name: _lines(domain, virsh("snapshot-dumpxml", domain.name, name)) for name in names}
    current = virsh("snapshot-info", domain.name, "--current") if names else ""
    return domain.state, current.replace(domain.name, "DOMAIN"), dumps


def _lines(domain: Domain, dump: str) -> list[str]:
    """The elements of a dump: names, attributes and text, but for what only one domain can have."""
    text = _without_second(re.sub(OF_ONE_DOMAIN, "", dump, flags=re.DOTALL))
    text = text.replace(str(domain.folder), "FOLDER").replace(domain.name, "DOMAIN")
    root = ET.fromstring(text)  # noqa: S314 - libvirt wrote it
    return [
        f"{each.tag} {sorted(each.attrib.items())} {(each.text or '').strip()}"
        for each in root.iter()
    ]


def _without_second(text: str) -> str:
    """The text without the second after which libvirt names the overlay of a revert."""
    return re.sub(r"\bvda\.\d{10}\b", "vda.SECOND", text)


def _held(domain: Domain) -> dict[str, str]:
    """Digests of what each file of the domain holds, and each internal snapshot in it."""
    held = {}
    for file in sorted(domain.folder.iterdir()):
        if file.name.startswith("vda"):
            held[_without_second(file.name)] = content.digest(domain.daemon, file)
    active = domain.source("vda")
    for tag in _tags(domain, active):
        held[f"{_without_second(active.name)} at {tag}"] = content.digest(
            domain.daemon, active, tag
        )
    return held


def _tags(domain: Domain, image: Path) -> list[str]:
    said = domain.daemon.run("qemu-img", "info", "-U", "--output", "json", str(image))
    return sorted(each["name"] for each in json.loads(said).get("snapshots", []))
