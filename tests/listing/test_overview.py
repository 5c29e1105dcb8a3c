"""`list` without a domain: right numbers, by no more calls than a look at each domain takes."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from random import Random

from jsonschema import Draft202012Validator

from tests.harness.command import reconcile
from tests.harness.schemas import schema
from tests.harness.transcript import ROOT
from tests.lab.daemon import Daemon
from tests.lab.fixtures import MakeDomain
from tests.listing.trees import grow

LOOK = 9
"""RPCs that a plan takes for each inactive domain, besides one for each snapshot.

Lookup, XML, state, listing, whether there is a current snapshot and its name, whether it is
persistent, managed save, checkpoints.
"""
MORE = 2


def test_the_numbers_of_a_real_tree(lab: Daemon, make_domain: MakeDomain) -> None:
    domain = make_domain()
    lab.virsh("snapshot-create-as", domain.name, "inside")
    base = domain.source("vda")
    lab.virsh("snapshot-create-as", domain.name, "beside", "--disk-only")
    ran = reconcile("list", f"{domain.name}*", "--format", "json", uri=f"{lab.uri}-ro")
    said = json.loads(ran.out)
    Draft202012Validator(schema("list-v1")).validate(said)
    (found,) = said["domains"]
    del found["oldest"], found["uuid"]
    assert found == {
        "domain": domain.name,
        "state": "shutoff",
        "snapshots": 2,
        "owned": 0,
        "current": "beside",
        "chain": 2,
        "held": {"bytes": base.stat().st_blocks * 512, "inside": True},
        "findings": 1,  # the external snapshot lies below the internal one
    }


def test_no_more_calls_than_a_look(lab: Daemon, make_domain: MakeDomain, tmp_path: Path) -> None:
    domains = [make_domain() for _ in range(3)]
    snapshots = len(grow(domains[0], Random(1), 8))  # noqa: S311 - draws a test
    alone = _calls(lab, f"{domains[0].name}*", tmp_path / "alone.log")
    every = _calls(lab, f"lab-{os.getpid()}-*", tmp_path / "every.log")
    assert alone > snapshots
    assert every - alone <= (len(domains) - 1) * (LOOK + MORE)


def _calls(lab: Daemon, glob: str, log: Path) -> int:
    """How many RPCs the overview of these domains takes, by libvirt's own log."""
    logging = {"LIBVIRT_LOG_FILTERS": "1:rpc", "LIBVIRT_LOG_OUTPUTS": f"1:file:{log}"}
    subprocess.run(
        (sys.executable, "-m", "reconcile", "-c", f"{lab.uri}-ro", "list", glob),
        env={**os.environ, **logging},
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=60,
    )
    return len(re.findall(r"RPC_CLIENT_MSG_TX_QUEUE.* type=0 ", log.read_text("utf-8", "replace")))
