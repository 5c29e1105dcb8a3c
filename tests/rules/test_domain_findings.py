"""Findings about a domain whose snapshots are wasteful, or will meet a refusal."""

from dataclasses import replace

import pytest

from reconcile.model.domain import Domain, DomainState, Firmware
from reconcile.model.finding import FindingCode
from reconcile.model.snapshot import Snapshot
from reconcile.model.source import Source
from reconcile.rules.domain_findings import DAY, Limits, domain_findings
from tests.rules.notation import FORKY, grown

NOW = 1_800_000_000
LIMITS = Limits(NOW, depth=3, days=30)


def codes(domain: Domain) -> dict[str, str]:
    """The findings' codes, each with what it is about."""
    return {str(each.code): each.subject for each in domain_findings(domain, FORKY, LIMITS)}


def changed(domain: Domain, name: str, **values: object) -> Domain:
    """The domain with some fields of a snapshot replaced."""
    one: Snapshot = replace(domain.tree[name], **values)  # type: ignore[arg-type] # fields of it
    return replace(domain, tree=domain.tree.put(one))


SOUND = grown("ext base, ext tuned")


def test_a_sound_domain_has_none() -> None:
    assert codes(SOUND) == {}
    assert codes(grown("int base, int tuned")) == {}


@pytest.mark.parametrize("domain", [SOUND, grown("int base")], ids=["external", "internal"])
def test_what_stands_in_the_way_of_everything(domain: Domain) -> None:
    assert codes(replace(domain, managed_save=True)) == {"managed-save": ""}
    assert codes(replace(domain, checkpoints=("c",))) == {"checkpoints": ""}
    assert codes(replace(domain, block_jobs=("vda",))) == {"block-job": "disk vda"}
    assert codes(replace(domain, unmigratable=("hostdev",))) == {"device-unmigratable": ""}
    assert codes(replace(domain, tree=domain.tree.with_current(None))) == {"no-current": ""}


def test_variables_that_no_snapshot_holds() -> None:
    assert codes(replace(SOUND, firmware=Firmware("/v.fd", "raw"))) == {"firmware-nvram": ""}
    assert codes(replace(SOUND, firmware=Firmware("/v.fd", "qcow2"))) == {}


def test_a_chain_is_deep_beyond_the_limit_alone() -> None:
    disk = SOUND.disks[0]
    three, four = (replace(disk, backing=("/x",) * number) for number in (2, 3))
    assert codes(replace(SOUND, disks=(three,))) == {}
    assert codes(replace(SOUND, disks=(four,))) == {"chain-deep": "disk vda"}


def test_age_counts_in_days_since_it_was_taken() -> None:
    assert codes(changed(SOUND, "base", created=NOW - 30 * DAY)) == {}
    assert codes(changed(SOUND, "base", created=NOW - 31 * DAY)) == {"snapshot-old": "base"}


def test_a_disk_that_no_snapshot_holds() -> None:
    more = replace(SOUND.disks[0], target="vdz", path="/images/vdz.qcow2")
    assert codes(replace(SOUND, disks=(*SOUND.disks, more))) == {"disk-excluded": "disk vdz"}
    assert codes(replace(SOUND, disks=(*SOUND.disks, replace(more, readonly=True)))) == {}


def test_an_external_one_below_an_internal_one() -> None:
    assert codes(grown("int base, ext over")) == {"external-internal-parent": "over"}


def test_what_no_revert_can_bring_back() -> None:
    found = changed(SOUND, "base", sources=(("vda", Source.BLOCK),))
    assert codes(found) == {"revert-external": "base"}


def test_a_delete_that_was_cut_off_names_the_command_that_ends_it() -> None:
    found = changed(SOUND, "base", delete_in_progress=True)
    (one,) = domain_findings(found, FORKY, LIMITS)
    assert one.code is FindingCode.DELETE_IN_PROGRESS
    assert "virsh snapshot-delete web01 tuned" in one.way


def test_a_guest_that_runs_is_looked_at_like_any_other() -> None:
    assert codes(replace(SOUND, state=DomainState.RUNNING)) == {}
