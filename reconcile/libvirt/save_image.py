"""A file of a guest's saved memory, as libvirt writes it: header, definition, QEMU's stream.

libvirt opens it only after it has stopped the guest (11.3.0, 12.8.0): what is wrong with it then
leaves the guest off.
"""

import re
import struct
from typing import BinaryIO, Final

from reconcile.errors import HostXmlError
from reconcile.libvirt.xml.element import Element, attribute, parse, text_of
from reconcile.model.images import SavedMemory

MAGIC: Final = b"LibvirtQemudSave"
UNFINISHED: Final = b"LibvirtQemudPart"
HEADER: Final = struct.Struct("=16s5I56x")  # `virQEMUSaveHeader` of qemu_saveimage.h
NEWEST: Final = 2
"""The version of the header that libvirt 9.0.0 to 12.8.0 write."""
PLAIN: Final = 0
"""The format of a stream that is neither compressed nor sparse."""
STREAM: Final = b"QEVM"
DEFINITION_AT_MOST: Final = 16 * 1024 * 1024
TAIL: Final = 4096
VERSION: Final = re.compile(r"-(\d+)\.(\d+)$")
UNDESCRIBED: Final = (2, 2)


def read_save_image(file: BinaryIO) -> SavedMemory:
    """What a file of saved memory says of itself, and what is wrong with it. Raises OSError."""
    head = file.read(HEADER.size)
    if len(head) < HEADER.size:
        return SavedMemory(damage="is cut short")
    magic, version, length, _was_running, form, _cookie = HEADER.unpack(head)
    if magic == UNFINISHED:
        return SavedMemory(damage="was not written to its end")
    if magic != MAGIC:
        return SavedMemory(damage="is no image of saved memory")
    if version > NEWEST:  # of a newer libvirt, or of a machine with another order of bytes
        return SavedMemory()
    return _with_definition(file, min(length, DEFINITION_AT_MOST), form)


def _with_definition(file: BinaryIO, length: int, form: int) -> SavedMemory:
    text = file.read(length)
    if len(text) < length:
        return SavedMemory(damage="is cut short")
    try:
        root = parse(text.split(b"\0", 1)[0].decode("utf-8"))
    except (HostXmlError, UnicodeDecodeError):
        return SavedMemory(damage="holds no definition of a domain")
    found = SavedMemory(domain=text_of(root, "uuid") or "")
    if form == PLAIN and _is_described(root) and not _whole(file):
        return SavedMemory(found.domain, "is cut short")
    return found


def _is_described(domain: Element) -> bool:
    """Machine types up to 2.2 end their streams without a description."""
    version = VERSION.search(attribute(domain, "os/type", "machine") or "")
    return version is None or tuple(map(int, version.groups())) > UNDESCRIBED


def _whole(file: BinaryIO) -> bool:
    """QEMU ends its stream with a description of the devices in it, a JSON object.

    Zeros behind it fill the last block, where libvirt bypasses the host's cache.
    """
    begun = file.read(len(STREAM)) == STREAM
    file.seek(0, 2)
    file.seek(max(0, file.tell() - TAIL))
    return begun and file.read(TAIL).rstrip(b"\0")[-1:] == b"}"
