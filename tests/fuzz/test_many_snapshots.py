"""A host with 5,000 snapshots is planned, listed and diagnosed like any other."""

import json
import re
from pathlib import Path
from typing import Final

import pytest

from tests.harness.command import reconcile

FILES: Final = Path(__file__).parent.parent / "cli" / "files"
MANY: Final = 5_000


@pytest.fixture
def host(tmp_path: Path) -> str:
    """The URI of a host of the test driver whose snapshot `base` has so many children."""
    text = (FILES / "host.xml").read_text("utf-8")
    found = re.search(r"<test:domainsnapshot>.*?</test:domainsnapshot>", text, re.DOTALL)
    assert found is not None
    child = found[0].replace("<active>1</active>", "<active>0</active>")
    name = "<name>s{}</name><parent><name>base</name></parent>"
    many = "".join(
        child.replace("<name>base</name>", name.format(number), 1) for number in range(MANY)
    )
    path = tmp_path / "host.xml"
    path.write_text(text[: found.end()] + many + text[found.end() :], "utf-8")
    return f"test://{path}"


def test_all_commands_that_look_tell_of_each(host: str) -> None:
    planned = reconcile("plan", "--format", "json", str(FILES / "web01.yaml"), uri=host)
    assert len(json.loads(planned.out)["domains"][0]["unmanaged"]) == MANY
    listed = reconcile("list", "web01", "--format", "name", uri=host)
    assert len(listed.out.splitlines()) == 1 + MANY
    found = reconcile("doctor", "--format", "json", "--max-age", "0", uri=host)
    assert len(json.loads(found.out)["domains"][0]["findings"]) == 1 + MANY
