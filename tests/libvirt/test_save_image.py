"""A file of saved memory read from its bytes: whose memory it is, and what is wrong with it."""

import struct
from io import BytesIO

import pytest

from reconcile.libvirt.save_image import HEADER, MAGIC, UNFINISHED, read_save_image
from reconcile.model.images import SavedMemory

UUID = "11111111-2222-4333-8444-555555555555"
DEFINITION = f"<domain><uuid>{UUID}</uuid><os><type machine='pc-q35-9.0'>hvm</type></os></domain>"
STREAM = b"QEVM\0\0\0\3" + bytes(5000) + b'\6{"devices": []}'
PLAIN, GZIP = 0, 1


def image(
    text: str = DEFINITION,
    stream: bytes = STREAM,
    *,
    magic: bytes = MAGIC,
    version: int = 2,
    form: int = PLAIN,
) -> bytes:
    """A file as libvirt writes it: the definition ends with a NUL, its cookie follows."""
    said = text.encode() + b"\0<cookie/>\0"
    return HEADER.pack(magic, version, len(said), 1, form, len(text) + 1) + said + stream


@pytest.mark.parametrize(
    "whole",
    [
        image(),
        image(stream=STREAM + bytes(700)),
        image(stream=b"\x1f\x8b", form=GZIP),
        image(text=DEFINITION.replace("q35-9.0", "i440fx-2.2"), stream=b"QEVM"),
    ],
    ids=["plain", "padded", "compressed", "old machine type"],
)
def test_a_whole_file_says_whose_memory_it_is(whole: bytes) -> None:
    assert read_save_image(BytesIO(whole)) == SavedMemory(UUID)


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (b"", "is cut short"),
        (image()[:50], "is cut short"),
        (image()[: HEADER.size + 20], "is cut short"),
        (image(stream=b""), "is cut short"),
        (image(stream=bytes(4096)), "is cut short"),
        (image()[:-100], "is cut short"),
        (bytes(8192), "is no image of saved memory"),
        (image(magic=UNFINISHED), "was not written to its end"),
        (image(text="no definition"), "holds no definition of a domain"),
        (image(text="\udcff".encode("utf-8", "surrogateescape").decode("latin-1")), "holds no"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(broken: bytes, told: str) -> None:
    assert read_save_image(BytesIO(broken)).damage.startswith(told)


def test_a_newer_version_is_left_to_libvirt() -> None:
    assert read_save_image(BytesIO(image(version=3))) == SavedMemory()


def test_a_length_that_no_definition_has_is_not_read() -> None:
    head = HEADER.pack(MAGIC, 2, 2**32 - 1, 1, PLAIN, 0)
    assert read_save_image(BytesIO(head + bytes(100))).damage == "is cut short"
    assert HEADER.size == struct.calcsize("=16s19I")
