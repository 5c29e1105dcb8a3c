"""Finding and reading files, where a scenario folder cannot hold the case."""

from pathlib import Path

import pytest

from reconcile.errors import ManifestError
from reconcile.manifest import files
from reconcile.manifest.load import load

HEAD = "apiVersion: reconcile/v1\ndomain: web01\nsnapshots:\n"


def messages(*paths: Path) -> list[str]:
    with pytest.raises(ManifestError) as caught:
        load(paths)
    return [
        f"{Path(problem.position.file).name}: {problem.message}"
        for problem in caught.value.problems
    ]


def test_a_missing_path_hides_no_other_problem(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("[")
    told = messages(tmp_path / "gone.yaml", tmp_path / "bad.yaml")
    assert told[0] == "gone.yaml: does not exist"
    assert told[1].startswith("bad.yaml: is not valid YAML")


def test_an_unreadable_file_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    assert messages(tmp_path) == ["loop.yaml: cannot be read: Too many levels of symbolic links"]


def test_a_path_that_cannot_be_one_is_a_problem() -> None:
    assert messages(Path("a\0b")) != []


def test_too_large_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "big.yaml").write_bytes(b"#" * (files.SIZE_LIMIT + 1))
    assert messages(tmp_path) == ["big.yaml: is larger than 16 MiB"]


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(f"{HEAD}  - name: base\n")
    assert len(load([file, tmp_path, file])) == 1


def test_paths_keep_their_order(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(
            f"apiVersion: reconcile/v1\ndomain: {name}\nsnapshots: [{{name: base}}]\n"
        )
    trees = load([tmp_path / "b.yaml", tmp_path / "a.yaml"])
    assert [tree.domains for tree in trees] == [("b",), ("a",)]


def test_redefine_from_is_beside_its_manifest(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(f"{HEAD}  - {{name: base, redefine-from: xml/base.xml}}\n")
    assert load([file])[0].snapshots[0].redefine_from == str(tmp_path / "xml/base.xml")


@pytest.mark.parametrize("text", ["x" * 65_537, "é" * 40_000, "\U0001f600" * 20_000])
def test_too_long_a_description_is_refused_once(tmp_path: Path, text: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(f"{HEAD}  - {{name: base, description: {text}}}\n", "utf-8")
    (told,) = messages(file)
    assert "65,536" in told


def test_a_long_description_may_fill_its_limit(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(f"{HEAD}  - {{name: base, description: {'é' * 32_768}}}\n", "utf-8")
    assert load([file])
