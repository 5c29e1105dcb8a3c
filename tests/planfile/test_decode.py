"""A plan file is what was written, or it is refused with one error, however it is bent."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.errors import PlanFileError
from reconcile.planfile.decode import SavedPlan, read
from reconcile.planfile.encode import checksum
from tests.harness.bending import BENT, bent, places
from tests.harness.command import reconcile
from tests.harness.transcript import ROOT
from tests.properties.profile import examples

GOLDEN = ROOT / "tests/formats/golden/b4ee78d/plan/change-prune-forget.json"
DOCUMENT: dict[str, Any] = json.loads(GOLDEN.read_text("utf-8"))
Change = Callable[[dict[str, Any]], object]


def saved(folder: Path, document: object) -> SavedPlan:
    """What is read of a document whose checksum is right."""
    path = folder / "plan.json"
    if isinstance(document, dict):
        document["checksum"] = checksum(document)
    path.write_text(json.dumps(document))
    return read(path)


def refused(folder: Path, document: object) -> str:
    with pytest.raises(PlanFileError) as caught:
        saved(folder, document)
    return caught.value.message


def copy() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(DOCUMENT))
    return found


def domain(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["domains"][0]
    return found


def twice(document: dict[str, Any]) -> None:
    snapshots = domain(document)["declared"]["snapshots"]
    snapshots.append(dict(snapshots[0]))


def below_itself(document: dict[str, Any]) -> None:
    first = domain(document)["declared"]["snapshots"][0]
    first["parent"] = first["name"]


def with_file(file: str) -> Change:
    def change(document: dict[str, Any]) -> None:
        entry = domain(document)["declared"]["snapshots"][0]
        entry["memory"] = {"kind": "external", "file": file}

    return change


CASES: dict[str, tuple[Change, str]] = {
    "an id that is a path": (lambda d: d.update(id="/etc/x"), "does not look like"),
    "an id that climbs": (lambda d: d.update(id="../../x"), "does not look like"),
    "an empty id": (lambda d: d.update(id=""), "does not look like"),
    "an id of another type": (lambda d: d.update(id=7), "is no string"),
    "a name declared twice": (twice, "is declared twice"),
    "a circle of parents": (below_itself, "is not declared before it"),
    "a relative path": (with_file("../x"), "'../x' is no path"),
    "a path that climbs": (with_file("/a/../x"), "'/a/../x' is no path"),
    "a NUL": (lambda d: domain(d).update(connect="qemu:///sys\0tem"), "holds a NUL"),
    "half a character": (lambda d: domain(d).update(domain="\ud800"), "holds a NUL"),
    "a UUID that is none": (lambda d: domain(d).update(uuid="x"), "does not look like"),
    "a domain twice": (lambda d: d["domains"].append(domain(d)), "it holds a domain twice"),
    "no list of domains": (lambda d: d.update(domains={}), "is no list"),
    "another key in a value": (
        lambda d: domain(d)["observed"].update(more=1),
        "has the unknown key 'more'",
    ),
    "a number in place of a string": (
        lambda d: domain(d)["observed"].update(name=1),
        "domains[0].observed.name: is no string",
    ),
    "a snapshot under another name": (
        lambda d: domain(d)["observed"]["tree"].update(snapshots={"x": snapshot(d)}),
        "holds a snapshot of another name",
    ),
    "a huge number": (
        lambda d: domain(d)["declared"]["limits"].update(deletes=10**30),
        "domains[0].declared.limits.deletes: is out of range",
    ),
}


def snapshot(document: dict[str, Any]) -> object:
    """One that was observed."""
    return next(iter(domain(document)["observed"]["tree"]["snapshots"].values()))


@pytest.mark.parametrize("name", CASES)
def test_what_no_plan_says_is_refused(tmp_path: Path, name: str) -> None:
    change, what = CASES[name]
    document = copy()
    domain(document)["declared"].setdefault("limits", {})
    change(document)
    assert what in refused(tmp_path, document)


def test_the_file_that_is_bent_here_is_a_good_one(tmp_path: Path) -> None:
    assert saved(tmp_path, copy()).id == DOCUMENT["id"]


@examples(100)
@given(data=st.data())
def test_a_bent_plan_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    document = bent(DOCUMENT, data.draw(st.sampled_from(places(DOCUMENT))), data.draw(BENT))
    folder = tmp_path_factory.mktemp("bent")
    try:
        found = saved(folder, document)
    except PlanFileError as error:
        assert "plan.json: " in error.message  # noqa: PT017 - either is right
    else:
        assert found.id == DOCUMENT["id"]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "it is empty"),
        (b"{", "it is truncated or no plan at all"),
        (b"[" * 100_000, "it is nested too deeply"),
        (b"[]", "it is no object"),
        (b'{"digest": 1, "digest": 2}', "it has a key twice"),
        (b'{"a": [{"id": 1, "id": 1}]}', "it has a key twice"),
        (b"\xef\xbb\xbf{}", "it is truncated or no plan at all"),
        ('{"digest": 1}'.encode("utf-16"), "it is truncated or no plan at all"),
        (b"\xff{}", "it is truncated or no plan at all"),
        (b'{"digest": NaN}', "NaN is no number of JSON"),
        (b'{"digest": 1' + b"0" * 5000 + b"}", "it is truncated or no plan at all"),
    ],
)
def test_what_is_no_document_is_refused(tmp_path: Path, data: bytes, what: str) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(data)
    with pytest.raises(PlanFileError) as caught:
        read(path)
    assert what in caught.value.message


def test_a_file_without_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    with path.open("wb") as file:
        file.truncate(2**40)  # all holes
    with pytest.raises(PlanFileError, match="it is larger than 64 MiB"):
        read(path)


@pytest.mark.parametrize("kind", ["pipe", "link", "folder", "device"])
def test_only_a_regular_file_is_read(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "plan.json"
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "link":
            path.symlink_to(GOLDEN)
        case "folder":
            path.mkdir()
        case "device":
            path = Path("/dev/null")
    with pytest.raises(PlanFileError, match="regular file"):
        read(path)


def test_no_file_is_made_by_the_id_of_a_plan(tmp_path: Path) -> None:
    """What the id of a plan file names is made when it is applied."""
    document = copy()
    document["id"] = str(tmp_path / "made")
    document["checksum"] = checksum(document)
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(document))
    assert reconcile("apply", "--yes", str(path)).code == 1
    assert not (tmp_path / "made").exists()
