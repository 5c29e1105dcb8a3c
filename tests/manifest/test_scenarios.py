"""Every manifest feature and every refusal, one folder each."""

from pathlib import Path

import pytest

from reconcile.errors import ManifestError
from reconcile.manifest.load import load
from tests.manifest.golden import compare, problems_text, scenarios, trees_text


@pytest.mark.parametrize("folder", scenarios("good"), ids=lambda path: path.name)
def test_good(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    compare(Path("expected.json"), trees_text(load([Path()])))


@pytest.mark.parametrize("folder", scenarios("bad"), ids=lambda path: path.name)
def test_bad(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    with pytest.raises(ManifestError) as caught:
        load([Path()])
    compare(Path("expected.txt"), problems_text(caught.value.problems))
