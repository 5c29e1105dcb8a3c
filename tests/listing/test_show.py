"""`show` says what virsh snapshot-info, -parent and -dumpxml say, on random trees."""

import json
import os
import subprocess
from random import Random
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from reconcile.render.escape import neutral
from tests.harness.command import reconcile
from tests.harness.schemas import schema
from tests.lab.daemon import Daemon
from tests.lab.domain import Domain
from tests.lab.fixtures import MakeDomain
from tests.listing.trees import clear, grow

SCHEMA: Final = Draft202012Validator(schema("show-v1"))
PASSWORD: Final = "hunter2!"  # noqa: S105 - to be looked for in everything that is said
GRAPHICS: Final = f"<graphics type='vnc' autoport='yes' passwd='{PASSWORD}'/>"
TREES: Final = 2


def virsh(lab: Daemon, *arguments: str) -> str:
    """What virsh prints, every byte of it; "" where it refuses."""
    ran = subprocess.run(
        ("virsh", "--connect", lab.uri, *arguments),
        env={**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return ran.stdout if ran.returncode == 0 else ""


def shown(lab: Daemon, *arguments: str) -> dict[str, Any]:
    """What `show` says as JSON over the read-only socket."""
    ran = reconcile("show", "--format", "json", *arguments, uri=f"{lab.uri}-ro")
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    SCHEMA.validate(found)
    return found


def info(found: dict[str, Any]) -> dict[str, str]:
    """A shown snapshot in the words of virsh snapshot-info."""
    words = {True: "yes", False: "no"}
    snapshot = found["snapshot"]
    return {
        "Name": snapshot["name"],
        "Domain": found["domain"],
        "Current": words[snapshot["current"]],
        "State": snapshot["state"],
        "Location": snapshot["location"],
        "Parent": snapshot["parent"] or "-",
        "Children": str(snapshot["children"]),
        "Descendants": str(snapshot["descendants"]),
        "Metadata": words[snapshot["metadata"]],
    }


@pytest.mark.parametrize("seed", range(TREES))
def test_what_virsh_says_of_each_snapshot(lab: Daemon, make_domain: MakeDomain, seed: int) -> None:
    domain = make_domain()
    for name in grow(domain, Random(seed), 8):  # noqa: S311 - draws a test
        asked = (domain.name, "--", name)
        said = virsh(lab, "snapshot-info", *asked).strip().splitlines()
        told = {key: value.strip() for key, _, value in (line.partition(":") for line in said)}
        assert info(shown(lab, *asked)) == told
        parent = reconcile("show", "--parent", *asked, uri=f"{lab.uri}-ro")
        assert neutral(virsh(lab, "snapshot-parent", *asked)).strip() == parent.out.strip()
        xml = reconcile("show", "--xml", *asked, uri=f"{lab.uri}-ro")
        assert xml.out + "\n" == virsh(lab, "snapshot-dumpxml", *asked)
        assert "can be done now" in reconcile("show", *asked, uri=f"{lab.uri}-ro").out
    rows = shown(lab, domain.name)["snapshots"]
    names = virsh(lab, "snapshot-list", domain.name, "--name").split("\n")
    assert sorted(row["name"] for row in rows) == sorted(filter(None, names))
    clear(domain)


def test_secrets_are_shown_to_a_writer_alone(lab: Daemon, make_domain: MakeDomain) -> None:
    domain = with_password(make_domain())
    lab.virsh("snapshot-create-as", domain.name, "base")
    asked = ("show", domain.name, "base", "--xml")
    plain = reconcile(*asked, uri=lab.uri)
    secret = reconcile("-v", *asked, "--security-info", uri=lab.uri)
    denied = reconcile(*asked, "--security-info", uri=f"{lab.uri}-ro")
    assert PASSWORD not in plain.out
    assert secret.out == virsh(
        lab, "snapshot-dumpxml", domain.name, "base", "--security-info"
    ).removesuffix("\n")
    assert PASSWORD in secret.out
    assert PASSWORD not in secret.err
    assert (denied.code, denied.out) == (1, "")
    for others in ((), ("base",), ("base", "--format", "json")):
        assert PASSWORD not in reconcile("show", domain.name, *others, uri=lab.uri).out


def with_password(domain: Domain) -> Domain:
    with domain.daemon.connect() as connection:
        xml = connection.lookupByName(domain.name).XMLDesc()
        connection.defineXML(xml.replace("</devices>", f"{GRAPHICS}</devices>"))
    return domain


def test_what_can_be_done_now(lab: Daemon, make_domain: MakeDomain) -> None:
    domain = make_domain()
    lab.virsh("snapshot-create-as", domain.name, "one", "--disk-only")
    lab.virsh("snapshot-create-as", domain.name, "two", "--disk-only")
    image = domain.source("vda")
    found = shown(lab, domain.name, "one")
    possible = found["possible"]
    assert possible["forget"]["refusals"][0]["code"] == "forget-external"
    if lab.reverts_external:
        assert possible["revert"]["approvals"] == ["discards-guest-state"]
        assert possible["revert"]["removes"] == [str(image)]
        assert possible["delete"]["approvals"] == ["deletes-unowned"]
    else:
        assert possible["revert"]["refusals"][0]["code"] == "revert-external"
        assert possible["delete"]["possible"] is False
    roles = [(each["role"], each["exists"]) for each in found["snapshot"]["files"]]
    assert roles == [("data", True), ("overlay", True)]
    assert found["snapshot"]["data"] == "held"
    base = found["snapshot"]["files"][0]
    assert base["bytes"] == os.stat(base["path"]).st_blocks * 512  # noqa: PTH116 - as the tool does


def test_a_file_that_is_gone(lab: Daemon, make_domain: MakeDomain) -> None:
    domain = make_domain()
    base = domain.source("vda")
    lab.virsh("snapshot-create-as", domain.name, "one", "--disk-only")
    base.rename(base.with_suffix(".away"))
    found = shown(lab, domain.name, "one")
    base.with_suffix(".away").rename(base)
    assert found["snapshot"]["data"] == "gone"
    assert [each["exists"] for each in found["snapshot"]["files"]] == [False, True]
    assert found["possible"]["revert"]["possible"] is False
