"""Building a release is all or nothing, and nothing at all when it is there already."""

from pathlib import Path

import pytest

from tests.lab import build, skips
from tests.lab.errors import LabError
from tests.lab.releases import PACKAGES, STAMP, Suite, possible


@pytest.fixture(autouse=True)
def lab_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("RECONCILE_LAB_DIR", str(tmp_path))
    return tmp_path


def test_what_is_built_is_not_built_again(lab_folder: Path) -> None:
    release = possible()[-1]
    if release.suite is not None:
        release.base.mkdir()
        (release.base / STAMP).write_text("".join(f"{name}\t1.0-1\n" for name in PACKAGES))
    assert build.build(release) is False
    assert not list(lab_folder.glob("*.new"))


def test_what_was_built_without_a_package_is_not_built() -> None:
    release = possible()[-1]
    if release.suite is not None:
        release.base.mkdir()
        (release.base / STAMP).write_text("".join(f"{name}\t1.0-1\n" for name in PACKAGES[1:]))
    assert release.is_built is (release.suite is None)


@skips.needs_root("it builds releases")
def test_a_broken_build_is_removed_and_says_why(
    monkeypatch: pytest.MonkeyPatch, lab_folder: Path
) -> None:
    def break_off(_suite: Suite, folder: Path) -> tuple[str, ...]:
        return ("sh", "-c", f"mkdir -p {folder}/usr; echo no such mirror; exit 7")

    monkeypatch.setattr(build, "_debootstrap", break_off)
    with pytest.raises(LabError, match=r"ended with 7(?s:.*)no such mirror"):
        build.build(possible()[-1])
    assert not [path for path in lab_folder.iterdir() if path.is_dir()]
