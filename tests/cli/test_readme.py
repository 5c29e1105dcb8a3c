"""Every transcript of the README, in one session from top to bottom, is what happens each time."""

import re
import shutil
from pathlib import Path

from tests.harness.transcript import ROOT, UPDATE, Session

README = ROOT / "README.md"
CONSOLE = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)


def test_readme(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    host = f"test://{tmp_path}/examples/lab.xml"
    session = Session(tmp_path, {"LAB": host}, markers=False)
    text = README.read_text("utf-8")
    got = text
    for _ in range(2):  # whoever tries it may try it again
        got = CONSOLE.sub(lambda found: session.replay(found[0]), text)
    if UPDATE:
        README.write_text(got, "utf-8")
    assert got == text or UPDATE


def test_readme_links_exist() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README.read_text("utf-8"))
    assert [link for link in links if not (ROOT / link).exists()] == []
