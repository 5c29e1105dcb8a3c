"""Plan files, journals and state folders that somebody else prepared: nothing of them is done."""

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from reconcile.journal.store import Store
from reconcile.planfile.encode import checksum
from tests.harness.canary import canary_of
from tests.harness.command import reconcile
from tests.harness.transcript import ROOT

FILES = Path(__file__).parent / "files"
GOLDEN = ROOT / "tests/formats/golden/b4ee78d"
HOST = f"test://{FILES}/host.xml"
PROGRAMS = (
    "qemu+ext:///system?command={program}",
    "qemu+ssh://localhost/system?command={program}",
    "qemu+ssh://localhost/system?netcat={program}",
)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A program that makes the file `canary` beside itself when it is started."""
    path = tmp_path / "program"
    canary_of(path)
    return path


def left(folder: Path, uri: str, name: str = "simulated-create-done") -> Path:
    """A journal of version 0.1 whose apply was cut off on a host of this URI."""
    text = (GOLDEN / f"journal/{name}.jsonl").read_text("utf-8")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "left.jsonl"
    path.write_text(re.sub(r'"connect":"[^"]+"', f'"connect":"{uri}"', text))
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("uri", PROGRAMS)
@pytest.mark.parametrize("command", ["resume", "rollback"])
@pytest.mark.parametrize("planted", [False, True])
def test_the_uri_of_a_journal_starts_no_program(
    tmp_path: Path, program: Path, command: str, uri: str, *, planted: bool
) -> None:
    folder = Store().journals if planted else tmp_path / "journals"
    if planted:
        Store().begin()
    path = left(folder, uri.format(program=program))
    ran = reconcile(command, *(() if planted else (str(path),)))
    assert ran.code == 5
    assert "is not opened on the word of a file: " in ran.out
    assert not (tmp_path / "canary").exists()


@pytest.mark.parametrize("uri", PROGRAMS)
def test_the_uri_of_a_plan_file_starts_no_program(tmp_path: Path, program: Path, uri: str) -> None:
    document = json.loads((GOLDEN / "plan/test-default.json").read_text("utf-8"))
    for domain in document["domains"]:
        domain["connect"] = uri.format(program=program)
    document["checksum"] = checksum(document)
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(document))
    ran = reconcile("apply", "--yes", str(path))
    assert ran.code == 1
    assert "is not opened on the word of a file: " in ran.err
    assert not (tmp_path / "canary").exists()


@pytest.mark.parametrize(
    "forge",
    [
        lambda actions: actions.pop(),
        lambda actions: actions[0].update(action="delete"),
        lambda actions: actions[0].update(snapshot="other"),
        lambda actions: actions.append(actions[0]),
    ],
    ids=["one less", "another action", "another snapshot", "one more"],
)
def test_no_action_is_taken_from_a_plan_file(
    tmp_path: Path, forge: Callable[[list[dict[str, object]]], object]
) -> None:
    """Its checksum is right and its host is as it was planned; only its actions are forged."""
    path = tmp_path / "plan.json"
    assert reconcile("plan", "--out", str(path), str(FILES / "web01.yaml"), uri=HOST).code == 0
    document = json.loads(path.read_text())
    forge(document["domains"][0]["actions"])
    document["checksum"] = checksum(document)
    path.write_text(json.dumps(document))
    ran = reconcile("apply", "--yes", str(path), uri=HOST)
    assert (ran.code, "✓" in ran.out) == (1, False), ran.out + ran.err
    assert "would plan other actions for web01 than it holds" in ran.out + ran.err


def test_a_pipe_among_the_journals_stops_nobody_for_long() -> None:
    store = Store()
    store.begin()
    os.mkfifo(store.journals / "20260101T000000Z-00000000.jsonl")
    ran = reconcile("apply", "--yes", str(FILES / "web01.yaml"), uri=HOST)
    assert ran.code == 1
    assert "it is a pipe, not a regular file" in ran.out
    assert reconcile("resume").code == 1


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_state_folder_that_is_open_to_others_is_not_used(form: str) -> None:
    store = Store()
    store.begin()
    store.directory.chmod(0o777)
    ran = reconcile("apply", "--yes", "--format", form, str(FILES / "web01.yaml"), uri=HOST)
    assert ran.code == 1
    assert "other users may write to it" in ran.out
    assert f"chmod go-w {store.directory}" in ran.out
    ran = reconcile("rollback")
    assert (ran.code, ran.out) == (1, "")
    assert "other users may write to it" in ran.err


def test_a_journal_where_others_could_have_put_it_is_not_followed(tmp_path: Path) -> None:
    path = left(tmp_path / "shared", "test:///default")
    path.parent.chmod(0o777)
    ran = reconcile("rollback", str(path))
    assert ran.code == 1
    assert "its folder: other users may write to it" in ran.err


def test_what_a_journal_says_of_its_host_is_not_believed(tmp_path: Path) -> None:
    """It names the capabilities of another libvirt; the host's own are asked."""
    host = tmp_path / "host.xml"
    shutil.copy(FILES / "host.xml", host)
    path = left(tmp_path / "journals", f"test://{host}", "test-driver-open")
    text = path.read_text()
    path.write_text(text.replace('"driver":"TEST"', '"driver":"QEMU"'))
    assert '"driver":"QEMU"' in path.read_text()
    ran = reconcile("resume", str(path), uri=f"test://{host}")
    assert ran.code == 0, ran.out + ran.err


@pytest.mark.parametrize("command", ["resume", "rollback"])
def test_a_journal_of_a_domain_that_is_gone_is_settled(tmp_path: Path, command: str) -> None:
    host = tmp_path / "host.xml"
    text = (FILES / "host.xml").read_text()
    host.write_text(text.replace("6695eb01-f6a4", "7695eb01-f6a4"))  # defined anew
    path = left(tmp_path / "journals", f"test://{host}", "test-driver-open")
    uri = f"test://{host}"
    ran = reconcile(command, "--format", "json", str(path), uri=uri)
    result = json.loads(ran.out.splitlines()[-1])
    assert (ran.code, [each["status"] for each in result["domains"]]) == (1, ["gone"])
    assert "does not exist any more" in result["domains"][0]["notes"][0]
    again = reconcile(command, str(path), uri=uri)
    assert (again.code, again.err.splitlines()[0]) == (
        1,
        f"error: {path} has nothing unfinished",
    )


def test_a_plan_is_not_written_through_a_link(tmp_path: Path) -> None:
    victim = tmp_path / "victim.yaml"
    victim.write_text("precious")
    out = tmp_path / "plan.json"
    out.symlink_to(victim)
    ran = reconcile("plan", "--out", str(out), str(FILES / "web01.yaml"), uri=HOST)
    assert (ran.code, ran.out) == (1, "")
    assert "plan.json: it is a link" in ran.err
    assert victim.read_text() == "precious"
