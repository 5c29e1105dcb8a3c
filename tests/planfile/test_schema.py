"""The plan's schema: sound, explained, one truth with the model, and true of what is written."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reconcile.model.action import Create, Delete, Redefine, Revert
from reconcile.model.desired import DesiredTree, Position
from reconcile.model.domain import Disk, Domain, DomainState
from reconcile.model.hazard import Hazard
from reconcile.model.identity import DomainId, HostId
from reconcile.model.plan import Change, DomainPlan, Reason, Refusal, Step, UnfinishedApply
from reconcile.model.snapshot import (
    NO_MEMORY,
    DiskKind,
    Mark,
    Memory,
    MemoryKind,
    Snapshot,
    SnapshotDisk,
    SnapshotState,
)
from reconcile.model.tree import Tree
from reconcile.model.way_out import Way, WayOut
from reconcile.plan.planner import plan_of
from reconcile.planfile.declared import DECLARED as DECLARED_SHAPE
from reconcile.planfile.decode import read
from reconcile.planfile.encode import encode
from reconcile.planfile.values_v1 import DOMAIN
from reconcile.rules.refusals import Code
from tests.harness.command import reconcile
from tests.harness.identity import web
from tests.harness.schemas import open_objects, schema, unexplained
from tests.harness.transcript import ROOT

SCHEMA = schema("plan-v1")
VALIDATOR = Draft202012Validator(SCHEMA)
HOST = f"test://{ROOT}/tests/cli/files/host.xml"
MANIFEST = ROOT / "tests/cli/files/web01.yaml"

MARK = Mark("base", "sha256:0", "abc", protect=True, labels=(("tier", "golden"),))
DISK = SnapshotDisk("vda", DiskKind.EXTERNAL, "/images/web01.base", "qcow2")
BASE = Snapshot(
    "base", None, SnapshotState.RUNNING, Memory(MemoryKind.INTERNAL), (DISK,), mark=MARK
)
WEB01 = Domain(
    "web01", web().uuid, DomainState.RUNNING, (Disk("vda", None),), Tree.of([BASE], "base")
)
DECLARED = DesiredTree(("web01",), Position("web01.yaml", 1, 1))
ACTIONS = (
    Create("tuned", "base", SnapshotState.RUNNING, NO_MEMORY, (DISK,), "", MARK),
    Redefine("base", None, "text", MARK),
    Delete("base"),
    Delete("base", metadata_only=True),
    Revert("base", force=True),
)
STEPS = st.builds(
    Step,
    st.sampled_from(ACTIONS),
    st.sampled_from(Reason),
    st.lists(
        st.builds(Change, st.text(), st.none() | st.text(), st.none() | st.text()), max_size=2
    ).map(tuple),
    st.lists(st.sampled_from(Hazard), max_size=2).map(tuple),
    st.none() | st.sampled_from(ACTIONS),
)
REFUSALS = st.builds(
    Refusal,
    st.sampled_from(Code).map(str),
    st.none() | st.text(),
    st.text(),
    st.text(),
    st.lists(
        st.builds(WayOut, st.sampled_from(Way), *[st.text()] * 4, st.tuples(st.text())), max_size=2
    ).map(tuple),
    st.none() | st.builds(Position, st.text(), st.integers(0), st.integers(0)),
)
UNFINISHED = st.builds(UnfinishedApply, st.text(), st.none() | st.integers(1))
DOMAINS = st.builds(DomainId, st.builds(HostId, st.text(), st.text()), st.text(), st.text())
PLANS = st.builds(
    DomainPlan,
    id=DOMAINS,
    desired=st.just(DECLARED),
    observed=st.just(WEB01),
    fingerprint=st.just(f"sha256:{'0' * 64}"),
    steps=st.lists(STEPS, max_size=3).map(tuple),
    refusals=st.lists(REFUSALS, max_size=2).map(tuple),
    unmanaged=st.lists(st.text(), max_size=2).map(tuple),
    warnings=st.lists(st.text(), max_size=2).map(tuple),
    unfinished=st.lists(UNFINISHED, max_size=2).map(tuple),
)


def test_it_is_a_valid_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_every_key_is_explained() -> None:
    assert unexplained(SCHEMA) == []


def test_objects_are_closed_but_for_the_two_that_only_apply_reads() -> None:
    assert [path.split("/")[-1] for path in open_objects(SCHEMA)] == ["declared", "observed"]


def test_words_are_those_of_the_model() -> None:
    assert SCHEMA["$defs"]["hazard"]["enum"] == list(Hazard)
    assert SCHEMA["$defs"]["way"]["properties"]["way"]["enum"] == list(Way)


def test_a_refusal_says_its_remedies_as_data_and_where_it_was_declared(tmp_path: Path) -> None:
    manifest = tmp_path / "a.yaml"
    lines = (
        "  - name: base",
        "    children:",
        "      - name: tuned",
        f"{8 * ' '}disks: {{vdz: internal}}",
    )
    head = ("apiVersion: reconcile/v1", "domain: web01", "snapshots:")
    manifest.write_text("\n".join((*head, *lines)))
    shown = reconcile("plan", "--format", "json", str(manifest), uri=HOST)
    refusals = [each for one in json.loads(shown.out)["domains"] for each in one["refusals"]]
    (refusal,) = [each for each in refusals if each["code"] == "disk-unknown"]
    assert refusal["position"] == {"file": str(manifest), "line": 6, "column": 9}
    assert [each["words"] for each in refusal["ways"]]
    assert all(each["words"] in refusal["remedy"] for each in refusal["ways"])


@given(st.lists(PLANS, max_size=2))
def test_every_plan_is_valid(plans: list[DomainPlan]) -> None:
    VALIDATOR.validate(json.loads(json.dumps(encode(plan_of(plans)))))


@given(PLANS)
def test_what_apply_reads_back_is_what_was_written(plan: DomainPlan) -> None:
    assert DOMAIN.decode(json.loads(json.dumps(DOMAIN.encode(plan.observed)))) == plan.observed
    assert (
        DECLARED_SHAPE.decode(json.loads(json.dumps(DECLARED_SHAPE.encode(plan.desired))))
        == plan.desired
    )


def test_real_output_is_valid_and_the_same_in_a_file(tmp_path: Path) -> None:
    saved = tmp_path / "plan.json"
    shown = reconcile("plan", "--format", "json", "--out", str(saved), str(MANIFEST), uri=HOST)
    document, written = json.loads(shown.out), json.loads(saved.read_text())
    VALIDATOR.validate(document)
    VALIDATOR.validate(written)
    assert read(saved).id == written.pop("id")
    assert written.pop("checksum") != document.pop("checksum")
    assert written == document


SCENARIOS = sorted((ROOT / "tests/scenarios").glob("*/[0-9]*.yaml"))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_plans_of_scenario_manifests_are_valid(scenario: Path) -> None:
    """On a host where nothing is as the scenario has it, which gives plans of other kinds too."""
    shown = reconcile("plan", "--format", "json", str(scenario), uri=HOST)
    assert shown.err == ""
    VALIDATOR.validate(json.loads(shown.out))


def test_a_plan_without_its_digest_is_not_valid() -> None:
    document = encode(plan_of([DomainPlan(web(), DECLARED, WEB01, f"sha256:{'0' * 64}")]))
    assert VALIDATOR.is_valid(document)
    del document["digest"]
    assert not VALIDATOR.is_valid(document)


def test_the_reasons_are_those_of_the_model() -> None:
    reasons = SCHEMA["$defs"]["action"]["properties"]["reason"]["enum"]
    assert reasons == [str(reason) for reason in Reason]
