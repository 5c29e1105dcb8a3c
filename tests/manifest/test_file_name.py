"""Whatever a domain is called, its manifest gets a name that is safe, and its own."""

import pytest

from reconcile.manifest.file_name import stem


@pytest.mark.parametrize("name", ["../x", "a/b", ".", "..", ".a", "-", "a\nb", "x" * 300, "é", " "])
def test_a_file_name_is_safe(name: str) -> None:
    found = stem(name)
    assert found.isascii()
    assert "/" not in found
    assert found[0] not in ".-"
    assert len(found) < 100
    assert found != stem(f"{name}_")


def test_a_plain_name_is_kept() -> None:
    assert stem("web01.example-2") == "web01.example-2"
