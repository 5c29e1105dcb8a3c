"""Whatever is typed and whatever a plan file holds: a known exit code, and never a traceback."""

import contextlib
import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconcile.model.exit import Exit
from reconcile.planfile.encode import checksum
from tests.fuzz.mutations import places
from tests.harness.command import Ran, reconcile

FILES = Path(__file__).parent / "files"
HOST = f"test://{FILES}/host.xml"
WORDS = (
    *("plan", "apply", "validate", "-c", HOST, "--yes", "--out", "out.json", "--format", "json"),
    *("text", "--target", "web*", "--exclude", "--allow", "drops-metadata", "--allow-path", "/"),
    *("-y", "-o", "--state-dir", "--connect-timeout", "nan", "1"),
    *("--why", "--show-xml", "--expect", "--detailed-exitcode", "-v", "--color", "never", "--help"),
    *(
        "--version",
        "--",
        "-",
        ".",
        "",
        "plan.json",
        "web01.yaml",
        "missing",
        "/dev/null",
        "x" * 300,
        "x" * 300 + ".json",
    ),
)
# As the kernel hands them over: any bytes but NUL.
TYPED = st.binary(max_size=8).map(lambda data: os.fsdecode(data.replace(b"\0", b"")))
ARGUMENTS = st.lists(st.sampled_from(WORDS) | TYPED, max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda below: (
        st.lists(below, max_size=2) | st.dictionaries(st.text(max_size=5), below, max_size=2)
    ),
    max_leaves=4,
)
many = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An own directory with a manifest and a plan."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LIBVIRT_DEFAULT_URI", HOST)
    (tmp_path / "web01.yaml").write_bytes((FILES / "web01.yaml").read_bytes())
    saved = reconcile("plan", "--out", "plan.json", "web01.yaml", uri=HOST)
    assert saved.code == 0, saved.err
    return tmp_path


@many
@given(arguments=ARGUMENTS)
def test_any_arguments(here: Path, arguments: list[str]) -> None:
    assert here.is_dir()
    _ends_well(reconcile(*arguments))


@many
@given(start=st.integers(0, 5000), length=st.integers(0, 5000), data=st.binary(max_size=20))
def test_any_damage(here: Path, start: int, length: int, data: bytes) -> None:
    whole = (here / "plan.json").read_bytes()
    (here / "bad.json").write_bytes(whole[:start] + data + whole[start + length :])
    _ends_well(reconcile("apply", "--yes", "bad.json"))


@many
@given(data=st.data(), value=JSON)
def test_any_forgery(here: Path, data: st.DataObject, value: object) -> None:
    """A value is replaced and the checksum made right again."""
    document = json.loads((here / "plan.json").read_text())
    _, holder, key = data.draw(st.sampled_from(list(places(document))))
    holder[key] = value
    with contextlib.suppress(ValueError):
        document["checksum"] = checksum(document)
    (here / "forged.json").write_text(json.dumps(document))
    _ends_well(reconcile("apply", "--yes", "forged.json"))


def _ends_well(ran: Ran) -> None:
    assert ran.code in set(Exit)
    assert "internal error at" not in ran.err, ran.err
    assert "Traceback" not in ran.out + ran.err
