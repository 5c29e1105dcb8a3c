"""Names of images as QEMU takes them: what is certainly a file is told as it, nothing else is."""

import json
import subprocess
from pathlib import Path

import pytest

from reconcile.model.fact import Fact
from reconcile.observe.chains import Chain, read_chain
from reconcile.qemu_img import image as qemu_img
from reconcile.qemu_img.filename import ImageFile, image_file
from reconcile.qemu_img.header import References, references

IMAGE = "/images/clone.qcow2"
GOLD = {"driver": "file", "filename": "/images/gold"}


def described(**options: object) -> str:
    return f"json:{json.dumps(options)}"


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("/images/gold", "/images/gold"),
        ("gold", "/images/gold"),
        ("../other/gold", "/images/../other/gold"),
        ("./gold:1", "/images/gold:1"),
        ("/images/gold:1", "/images/gold:1"),
        ("file:/images/gold", "/images/gold"),
        ("file:///images/gold", "/images/gold"),
        ("host_device:/dev/sdb", "/dev/sdb"),
    ],
)
def test_a_path_is_a_file(name: str, path: str) -> None:
    found = image_file(name, "qcow2", IMAGE)
    assert found is not None
    assert (str(Path(found.path)).replace("//", "/"), found.format) == (path, "qcow2")


@pytest.mark.parametrize(
    ("options", "form"),
    [
        ({"driver": "qcow2", "file": GOLD}, "qcow2"),
        ({"driver": "raw", "file": GOLD, "offset": 512, "size": 1024}, "raw"),
        ({"file": GOLD}, "vdi"),
        ({"file.driver": "file", "file.filename": "/images/gold"}, "vdi"),
        ({"driver": "qcow2", "file.filename": "/images/gold"}, "qcow2"),
        ({"driver": "qcow2", "file": GOLD, "cache": {"direct": True}}, "qcow2"),
        (GOLD, "vdi"),
    ],
)
def test_options_of_one_image_in_a_file_are_a_file(options: dict[str, object], form: str) -> None:
    assert image_file(described(**options), "vdi", IMAGE) == ImageFile("/images/gold", form)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "file:gold",
        "nbd:localhost:10809",
        "nbd://localhost/gold",
        "https://server/gold",
        "fat:/images",
        "gold:1",
        "blkdebug::/images/gold",
        "json:",
        "json:[]",
        "json:{",
        "json:{}",
        "json:1",
        described(driver="qcow2"),
        described(driver="qcow2", file="node"),
        described(driver="file", filename="gold"),
        described(driver="file", filename=7),
        described(driver="qcow2", file={"driver": "file", "filename": "gold"}),
        described(driver="qcow2", file=GOLD, backing=None),
        described(driver="qcow2", file=GOLD, backing=GOLD),
        described(**{"driver": "qcow2", "file": GOLD, "data-file": GOLD}),
        described(driver="nbd", server={"type": "unix", "path": "/images/gold"}),
        described(driver="quorum", children=[GOLD]),
        described(driver="raw", file={"driver": "raw", "file": GOLD}),
        described(driver="raw", file={"driver": "blkdebug", "image": GOLD}),
        described(driver="copy-on-read", file=GOLD),
        described(driver={"driver": "qcow2"}, file=GOLD),
        described(driver="qcow2", file={"driver": ["file"], "filename": "/images/gold"}),
        described(**{"file.filename": "/images/gold", "file": GOLD}),
        described(**{"file": "node", "file.filename": "/images/gold"}),
    ],
)
def test_nothing_else_is_a_file(name: str) -> None:
    assert image_file(name, "qcow2", IMAGE) is None


class Images:
    """The files of this machine, each asked for by `qemu-img`; a port as `read_chain` needs it."""

    def header(self, image: str, form: str | None) -> dict[str, object] | None:
        said = qemu_img.info(image, *(("-f", form) if form else ()))
        return said[0] if said else None

    def sees(self, path: str) -> bool:
        return bool(path)

    def exists(self, path: str) -> Fact:
        return Fact.YES if Path(path).exists() else Fact.NO


def make(path: Path, *options: object) -> str:
    command = ("qemu-img", "create", "-q", "-u", "-f", "qcow2", *map(str, options), str(path), "1M")
    subprocess.run(command, check=True, timeout=60)
    return str(path)


@pytest.mark.lab
class TestWithQemuImg:
    """Chains of images that the machine's own qemu-img made."""

    def test_a_chain_is_followed_through_all_names_of_files(self, tmp_path: Path) -> None:
        gold = make(tmp_path / "gold:1")
        files = [
            ("plain", ("-F", "qcow2", "-b", gold)),
            ("relative", ("-F", "qcow2", "-b", "plain")),
            ("protocol", ("-F", "qcow2", "-b", f"file:{tmp_path}/relative")),
            ("node", ("-F", "qcow2", "-b", described(file={"filename": f"{tmp_path}/protocol"}))),
        ]
        made = [make(tmp_path / name, *options) for name, options in files]
        chain = read_chain(Images(), made[-1], "qcow2")
        assert chain == Chain(below=(*reversed(made[:-1]), gold))

    def test_a_raw_image_lies_on_nothing_whatever_it_holds(self, tmp_path: Path) -> None:
        gold = make(tmp_path / "gold")
        top = make(
            tmp_path / "top", "-F", "raw", "-b", make(tmp_path / "raw", "-F", "qcow2", "-b", gold)
        )
        assert read_chain(Images(), top, "qcow2") == Chain(below=(f"{tmp_path}/raw",))

    def test_a_chain_ends_at_an_image_that_is_gone(self, tmp_path: Path) -> None:
        top = make(tmp_path / "top", "-F", "qcow2", "-b", "gone")
        assert read_chain(Images(), top, "qcow2") == Chain(below=(f"{tmp_path}/gone",))

    def test_what_cannot_be_followed_is_told_by_the_image_that_names_it(
        self, tmp_path: Path
    ) -> None:
        middle = make(tmp_path / "middle", "-F", "raw", "-b", "nbd://localhost/gold")
        top = make(tmp_path / "top", "-F", "qcow2", "-b", middle)
        assert read_chain(Images(), top, "qcow2") == Chain(below=(middle,), unread=middle)
        (tmp_path / "bad").write_bytes(b"no qcow2")
        top = make(tmp_path / "top", "-F", "qcow2", "-b", "bad")
        bad = f"{tmp_path}/bad"
        assert read_chain(Images(), top, "qcow2") == Chain(below=(bad,), unread=bad)

    def test_data_files_are_told_with_their_images(self, tmp_path: Path) -> None:
        gold = make(tmp_path / "gold", "-o", f"data_file={tmp_path}/data")
        top = make(tmp_path / "top", "-F", "qcow2", "-b", gold)
        assert read_chain(Images(), top, "qcow2") == Chain((gold,), {gold: f"{tmp_path}/data"})
        assert references(gold) == References(data_file=True)
        assert references(top) == References(backing=True)

    def test_encrypted_images_are_told(self, tmp_path: Path) -> None:
        key = (
            "--object",
            "secret,id=k,data=word",
            "-o",
            "encrypt.format=luks,encrypt.key-secret=k",
        )
        gold = make(tmp_path / "gold", *key, "-o", "encrypt.iter-time=10")
        top = make(tmp_path / "top", "-F", "qcow2", "-b", gold)
        assert read_chain(Images(), top, "qcow2") == Chain((gold,), encrypted=frozenset({gold}))
        assert references(gold) == References(encrypted=True)

    def test_a_header_tells_of_a_qcow2_alone(self, tmp_path: Path) -> None:
        old = make(tmp_path / "old", "-o", "compat=0.10", "-F", "qcow2", "-b", "gold")
        assert references(old) == References(backing=True)
        (tmp_path / "raw").write_bytes(bytes(512))
        assert references(str(tmp_path / "raw")) == References()
        assert references(str(tmp_path / "gone")) is None
