"""A password in a host's URI reaches libvirt, and is in nothing that is printed or written."""

import shutil
from pathlib import Path

from tests.cli.test_untrusted_files import FILES
from tests.harness.command import reconcile

PASSWORD = "s3cret-4711"  # noqa: S105 - what is looked for


def test_a_password_in_a_uri_is_in_no_output_and_no_file(tmp_path: Path) -> None:
    shutil.copytree(FILES, tmp_path / "lab")
    uri = f"test://{tmp_path}/lab/host.xml?password={PASSWORD}"
    plan, state = tmp_path / "plan.json", tmp_path / "state"
    manifest = str(tmp_path / "lab/web01.yaml")
    options = ("--state-dir", str(state), "--verbose")
    commands = (
        ("plan", "--out", str(plan), manifest),
        ("plan", "--format", "json", "--show-xml", manifest),
        ("apply", "--yes", "--format", "json", manifest),
        ("apply", "--yes", manifest),
        ("drift", manifest),
        ("list",),
        ("show", "web01"),
        ("doctor", "--format", "json"),
        ("import", "web01", "--output", str(tmp_path / "imported")),
    )
    for command in commands:
        ran = reconcile(*command, *options, uri=uri)
        assert ran.code in {0, 2}, ran.err
        assert PASSWORD not in ran.out + ran.err
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert plan in written
    assert any(path.suffix == ".jsonl" for path in written)
    assert [path for path in written if PASSWORD.encode() in path.read_bytes()] == []
