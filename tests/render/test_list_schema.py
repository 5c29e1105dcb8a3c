"""The schema of `list --format json` explains every key, and what is printed keeps to it."""

from typing import Final

import pytest
from jsonschema import Draft202012Validator

from reconcile.render.json_list import overview_json, snapshots_json
from reconcile.views.overview import OverviewView
from reconcile.views.snapshot_list import SnapshotListView, SnapshotRowView
from tests.harness.schemas import open_objects, schema, unexplained
from tests.render.test_list import NOW, ROWS, WEB

SCHEMA: Final = schema("list-v1")


def test_the_schema_is_one_and_explains_all() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert unexplained(SCHEMA) == []
    assert open_objects(SCHEMA) == []


@pytest.mark.parametrize("created", [NOW, 1 << 62])
def test_what_is_printed_keeps_to_it(created: int) -> None:
    rows = SnapshotRowView("a", None, "running", created, external=True, owned=True)
    validator = Draft202012Validator(SCHEMA)
    validator.validate(snapshots_json(SnapshotListView(WEB, (rows,))))
    validator.validate(overview_json(OverviewView("qemu:///system", ROWS)))
