"""Several domains in one file of a person's own making, brought to what their host holds."""

from pathlib import Path

import pytest

from tests.harness.command import reconcile
from tests.harness.transcript import ROOT

LAB = (ROOT / "examples" / "lab.xml").read_text("utf-8")
DOCUMENT = """\
apiVersion: reconcile/v1
domain: {name}   # {name} has a comment
adopt: false
snapshots:
  - name: base
    description: "{said}"
"""


@pytest.fixture
def host(tmp_path: Path) -> str:
    """A host with two domains, each with one snapshot."""
    start, end = LAB.index("<domain "), LAB.index("</node>")
    one = LAB[start:end]
    other = one.replace("web01", "web02").replace("6695eb01", "7795eb01")
    path = tmp_path / "host.xml"
    path.write_text(LAB[:start] + one + other + LAB[end:], "utf-8")
    return f"test://{path}"


def _manifest(folder: Path, *said: str) -> Path:
    """Both documents in one file, with a byte order mark and the line endings of Windows."""
    path = folder / "manifests" / "both.yaml"
    path.parent.mkdir()
    text = "---\n".join(
        DOCUMENT.format(name=f"web0{n}", said=each) for n, each in enumerate(said, 1)
    )
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    path.chmod(0o640)
    return path


def test_both_documents_of_a_file_are_edited(host: str, tmp_path: Path) -> None:
    path = _manifest(tmp_path, "before", "earlier")
    before = path.read_bytes()
    made = reconcile("import", "*", "--update", "--output", str(path.parent), uri=host)
    assert made.code == 0, made.out + made.err
    wanted = before.replace(b'"before"', b"Clean install").replace(b'"earlier"', b"Clean install")
    assert path.read_bytes() == wanted
    assert path.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in path.parent.iterdir()] == ["both.yaml"]
    planned = reconcile("plan", "--detailed-exitcode", str(path.parent), uri=host)
    assert planned.code == 0, planned.out


def test_what_is_blocked_in_one_keeps_all_as_they_are(host: str, tmp_path: Path) -> None:
    path = _manifest(tmp_path, "before", "earlier")
    odd = path.read_bytes().replace(b'"earlier"', b"&it earlier") + b"    labels: {said: *it}\r\n"
    path.write_bytes(odd)
    made = reconcile("import", "*", "--update", "--output", str(path.parent), uri=host)
    assert made.code == 1
    assert "write by hand:" in made.out
    assert "description: Clean install" in made.out
    assert path.read_bytes() == odd


def test_a_domain_without_snapshots_gets_no_file(host: str, tmp_path: Path) -> None:
    file = Path(host.removeprefix("test://"))
    text = file.read_text("utf-8")
    start = text.rindex("<test:domainsnapshot>")
    end = text.rindex("</test:domainsnapshot>") + len("</test:domainsnapshot>")
    file.write_text(text[:start] + text[end:], "utf-8")
    folder = tmp_path / "manifests"
    made = reconcile("import", "web02", "--output", str(folder), uri=host)
    assert (made.code, made.out) == (0, "web02  no snapshots\n")
    assert not [*folder.glob("*")]
