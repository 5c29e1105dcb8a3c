"""Finding and reading files, where a scenario folder cannot hold the case."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from reconcile.errors import ManifestError
from reconcile.manifest import files
from reconcile.manifest.load import load
from tests.harness import preloaded

HEAD = "apiVersion: reconcile/v1\ndomain: web01\nsnapshots:\n"


def messages(*paths: Path) -> list[str]:
    with pytest.raises(ManifestError) as caught:
        load(paths)
    return [
        f"{Path(problem.position.file).name}: {problem.message}"
        for problem in caught.value.problems
    ]


def test_a_missing_path_hides_no_other_problem(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("apiVersion: reconcile/v1\ndomain: [")
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


def validate(*words: str | Path, text: bytes | None = None, folder: Path | None = None) -> str:
    """What `reconcile validate` says; it must end by itself."""
    command = [preloaded.program(), "validate", *words]
    done = subprocess.run(
        command, input=text, capture_output=True, check=False, timeout=120, cwd=folder
    )
    assert done.returncode in {0, 1}
    return (done.stdout + done.stderr).decode()


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


KINDS = [(make_pipe, "a pipe"), (make_socket, "a socket")]


@pytest.mark.parametrize(("make", "kind"), KINDS, ids=["pipe", "socket"])
def test_what_is_no_regular_file_is_told_and_never_waited_for(
    make: type, kind: str, tmp_path: Path
) -> None:
    make(tmp_path / "a.yaml")
    for named in (tmp_path, tmp_path / "a.yaml"):
        said = validate(named)
        assert f"a.yaml:1:1: is {kind}, not a regular file\n" in said
        assert "leave it out, or write `-` to read standard input" in said


def test_a_device_is_not_read() -> None:
    assert "/dev/zero:1:1: is a device, not a regular file\n" in validate("/dev/zero")


def test_a_link_to_a_device_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").symlink_to("/dev/zero")
    for named in (tmp_path, tmp_path / "a.yaml"):
        assert "a.yaml:1:1: is a link that leads out of " in validate(named)


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A file that is a manifest, and beside it a folder that a link could lead out of."""
    (tmp_path / "manifests").mkdir()
    file = tmp_path / "outside.yaml"
    file.write_text(f"{HEAD}  - {{name: base, swordfish: 1}}\n")
    return file


@pytest.mark.parametrize("target", ["{0}", "../outside.yaml", "b.yaml", "sub/../../outside.yaml"])
def test_a_link_out_of_the_folder_is_not_followed(outside: Path, target: str) -> None:
    folder = outside.parent / "manifests"
    (folder / "sub").mkdir()
    (folder / "sub" / "b.yaml").symlink_to(outside)
    (folder / "a.yaml").symlink_to(target.format(outside).replace("b.yaml", "sub/b.yaml"))
    for named in (folder, folder / "a.yaml", folder / "sub" / "b.yaml"):
        said = validate(named)
        assert "is a link that leads out of " in said
        assert "name what it leads to, or put the file there" in said
        assert "swordfish" not in said


def test_a_folder_that_is_a_link_out_is_not_followed(outside: Path) -> None:
    folder = outside.parent / "manifests" / "sub"
    folder.symlink_to(outside.parent)
    assert messages(folder) == ["sub: is a link that leads out of its folder"]


def test_a_linked_folder_within_is_not_searched(outside: Path) -> None:
    folder = outside.parent / "manifests"
    (folder / "sub").symlink_to(outside.parent)
    assert messages(folder) == ["manifests: holds no manifest"]


def test_links_within_the_folder_are_followed(tmp_path: Path) -> None:
    """As a ConfigMap of Kubernetes lays its files out."""
    (tmp_path / "..data").symlink_to("..2026")
    (tmp_path / "..2026").mkdir()
    (tmp_path / "..2026" / "a.yaml").write_text(f"{HEAD}  - name: base\n")
    (tmp_path / "a.yaml").symlink_to("..data/a.yaml")
    assert len(load([tmp_path])) == 1
    assert len(load([tmp_path / "a.yaml", tmp_path])) == 1


def test_a_link_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").symlink_to("gone.yaml")
    assert messages(tmp_path) == ["a.yaml: cannot be read: No such file or directory"]


def test_a_folder_reached_through_a_link_is_read(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.yaml").write_text(f"{HEAD}  - name: base\n")
    (tmp_path / "link").symlink_to("real")
    assert len(load([tmp_path / "link" / "a.yaml"])) == 1
    assert len(load([tmp_path / "link"])) == 1


@pytest.mark.parametrize("name", ["/etc/passwd", "/etc/group"])
def test_nothing_of_a_file_that_is_no_manifest_is_shown(name: str) -> None:
    said = validate(name)
    assert f"{name}:1:1: is no manifest: it does not say `apiVersion: reconcile/v1`" in said
    for word in Path(name).read_text().replace(":", " ").split():
        assert len(word) < 4 or word not in said.replace(name, "")


def test_standard_input_is_a_manifest(tmp_path: Path) -> None:
    text = f"{HEAD}  - name: base\n".encode()
    (tmp_path / "b.yaml").write_bytes(text.replace(b"web01", b"db"))
    assert validate("-", text=text) == "valid: 1 tree, 1 snapshot\n"
    assert validate("-", "b.yaml", "-", text=text, folder=tmp_path).startswith("valid: 2 trees")


def test_problems_of_standard_input_have_positions() -> None:
    said = validate("-", text=f"{HEAD}  - nmae: base\n".encode())
    assert said.startswith("-:4:5: snapshots[0].nmae: unknown key")
    assert validate("-", text=b"").startswith("-:1:1: the file is empty")
    assert validate("-", text=b"\xff").startswith("-:1:1: is not UTF-8")


def test_standard_input_is_bounded() -> None:
    said = validate("-", text=b"#" * (files.SIZE_LIMIT + 1))
    assert said.startswith("-:1:1: is larger than 16 MiB")


def test_a_closed_standard_input_is_told() -> None:
    script = (
        "import os, sys; os.close(0); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    )
    command = [sys.executable, "-c", script, "-m", "reconcile", "validate", "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert done.stderr.startswith("-:1:1: cannot be read: ")


def test_redefine_from_of_standard_input_is_in_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = f"{HEAD}  - {{name: base, redefine-from: xml/base.xml}}\n"
    (tmp_path / "input").write_text(text)
    with (tmp_path / "input").open() as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        (tree,) = load([files.STANDARD_INPUT])
    assert tree.snapshots[0].redefine_from == "xml/base.xml"
