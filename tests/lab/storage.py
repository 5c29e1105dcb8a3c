"""What disks lie on: images, loop devices, a pool's volumes, exports of a `qemu-nbd`, a secret.

Made when a disk is given to a domain and found again by the folder the images lie in, so that
`release` can end all of it without a record of what was made.
"""

import json
import os
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Literal

import libvirt

from tests.lab import loops
from tests.lab.daemon import Daemon
from tests.lab.disk import (
    SECRET,
    Disk,
    Source,
    block_source,
    file_source,
    nbd_source,
    volume_source,
)
from tests.lab.errors import LabError

EXPORT: Final = "disk"
"""The name of every NBD export."""
PASSPHRASE: Final = "lab"  # noqa: S105 - of the lab only
SECRET_XML: Final = f"<secret ephemeral='no' private='no'><uuid>{SECRET}</uuid></secret>"
SECRET_OBJECT: Final = ("--object", f"secret,id=lab,data={PASSPHRASE}")
"""The words that make an image tool know the passphrase, as the secret `lab`."""
TRIES: Final = 30
DEVICE_ROOM: Final = 16
"""MiB that a device has above its image's size, for the tables and snapshots of a qcow2."""
ENDED: Final = "pid=$(cat '{file}'); kill $pid; while kill -0 $pid 2>/dev/null; do sleep 0.02; done"
"""Ends a server, and waits until it has removed its socket."""


def provide(daemon: Daemon, folder: Path, disk: Disk) -> Source | None:
    """Make what a disk lies on unless it is there, and say how libvirt names it.

    None for an empty drive. Raises `LabError`.
    """
    if disk.empty:
        return None
    path = folder / disk.file_name
    if disk.luks:
        secret(daemon)
    match disk.kind:
        case "file":
            _image(daemon, path, disk)
            return file_source(path)
        case "volume":
            _image(daemon, path, disk)
            return volume_source(_pool(daemon, path.parent), path.name)
        case "block":
            return block_source(_device(daemon, path, disk))
        case "nbd":
            return nbd_source(EXPORT, _server(daemon, path, disk))


def create_image(daemon: Daemon, path: str, disk: Disk) -> None:
    """Make the image of a disk at a path or in a device. Raises `LabError`."""
    options = [f"{word}={value}" for word, value in _options(path, disk).items()]
    # Unchecked: an encrypted one could not be opened.
    below = disk.backing_format or format_of(disk.backing)
    backing = ("-u", "-b", disk.backing, "-F", below) if disk.backing else ()
    chosen = ("-o", ",".join(options)) if options else ()
    secret = SECRET_OBJECT if disk.luks else ()
    image_format = "luks" if disk.luks and disk.format == "raw" else disk.format
    command = ("qemu-img", "create", "-q", *secret, "-f", image_format, *chosen, *backing)
    _tried(lambda: daemon.run(*command, path, f"{disk.mib}M"))
    if image_format == "luks":
        _zero(daemon, path, disk.mib)


def _zero(daemon: Daemon, path: str, mib: int) -> None:
    """Write zeroes to an encrypted image, where what was never written is read as noise."""
    options, name = opened(daemon, path)
    daemon.run("qemu-io", *options, "-c", f"write -P 0 0 {mib}M", name)


def _options(path: str, disk: Disk) -> dict[str, str]:
    options = {}
    if disk.luks:
        key = {"key-secret": "lab", "iter-time": "10"}
        prefix = "" if disk.format == "raw" else "encrypt."
        options = {f"{prefix}{word}": value for word, value in key.items()}
    if disk.luks and disk.format == "qcow2":
        options["encrypt.format"] = "luks"
    if disk.data_file:
        options["data_file"] = f"{path}.data"
    return options


def _tried(create: Callable[[], object]) -> None:
    """Create an image, again where QEMU's clock is too coarse to measure the key's derivation."""
    for _ in range(TRIES):
        try:
            create()
        except LabError as error:
            if "accurate CPU usage" not in str(error):
                raise
        else:
            return
    create()


def secret(daemon: Daemon) -> None:
    """Make the passphrase of all encrypted images known to libvirt, unless it is."""
    with daemon.connect() as connection:
        known = {secret.UUIDString() for secret in connection.listAllSecrets()}
        if SECRET not in known:
            # The bindings take bytes; their annotation says str.
            connection.secretDefineXML(SECRET_XML).setValue(PASSPHRASE.encode())  # type: ignore[arg-type]


def release(daemon: Daemon, folder: Path) -> None:
    """End the pools, servers and loop devices over a folder's images; the files stay."""
    with daemon.connect() as connection:
        for pool in connection.listAllStoragePools():
            if _target(pool) == folder:
                _remove(pool)
    for file in folder.rglob("*.nbd.pid"):
        daemon.run("sh", "-c", ENDED.format(file=file))
        file.unlink()
    loops.detach_below(folder)


def _image(daemon: Daemon, path: Path, disk: Disk) -> None:
    if not path.exists():
        create_image(daemon, str(path), disk)


def _device(daemon: Daemon, path: Path, disk: Disk) -> Path:
    """A loop device with the image of a disk in it."""
    is_new = not path.exists()
    _grow(path, disk)
    device = loop_device(daemon, path)
    if is_new and disk.format == "qcow2":
        create_image(daemon, str(device), disk)
    return device


def loop_device(daemon: Daemon, path: Path) -> Path:
    """A loop device over a file, the same for this machine and for the daemon."""
    device = loops.attach(path)
    number = device.stat().st_rdev
    node = f"{device} b {os.major(number)} {os.minor(number)}"
    # The daemon has a /dev of its own, in its mount namespace.
    daemon.run("sh", "-c", f"[ -b {device} ] || mknod {node}")
    return device


def _server(daemon: Daemon, path: Path, disk: Disk) -> Path:
    """The socket of a `qemu-nbd` that serves a file as it is."""
    socket = path.with_name(f"{path.name}.nbd")
    if not socket.exists():
        _image(daemon, path, disk)
        _grow(path, disk)
        serve = ("qemu-nbd", "--fork", "--persistent", "--shared=16", "--export-name", EXPORT)
        pid = ("--pid-file", f"{socket}.pid")
        daemon.run(*serve, *pid, "--socket", str(socket), "--format=raw", str(path))
    return socket


def _grow(path: Path, disk: Disk) -> None:
    """Give a file the size of a device, which does not grow later."""
    path.touch()
    room = DEVICE_ROOM if disk.format == "qcow2" else 0
    size = (disk.mib + room) * 1024 * 1024
    if path.stat().st_size < size:
        os.truncate(path, size)


def format_of(name: str) -> Literal["qcow2", "raw"]:
    """The format that the name of an image says; overlays are named after snapshots."""
    return "raw" if name.endswith((".raw", ".img", ".iso")) else "qcow2"


def _pool(daemon: Daemon, folder: Path) -> str:
    """The pool over a folder, running and knowing its files."""
    xml = f"""<pool type='dir'><name>{folder.name}</name>
        <target><path>{folder}</path></target></pool>"""
    with daemon.connect() as connection:
        pools = (pool for pool in connection.listAllStoragePools() if pool.name() == folder.name)
        pool = next(pools, None) or connection.storagePoolDefineXML(xml)
        if not pool.isActive():
            pool.create()
        pool.refresh()
        return str(pool.name())


def _target(pool: libvirt.virStoragePool) -> Path | None:
    path = ET.fromstring(pool.XMLDesc()).findtext("target/path")  # noqa: S314 - libvirt wrote it
    return None if path is None else Path(path)


def _remove(pool: libvirt.virStoragePool) -> None:
    if pool.isActive():
        pool.destroy()
    pool.undefine()


def place(connection: libvirt.virConnect, disk: ET.Element) -> str:
    """Where the image of a disk's element lies, as image tools name it. Raises `LabError`."""
    source = disk.find("source")
    words = {} if source is None else source.attrib
    match disk.get("type"):
        case "volume" if "volume" in words:
            pool = connection.storagePoolLookupByName(words["pool"])
            return str(pool.storageVolLookupByName(words["volume"]).path())
        case "network" if source is not None:
            host = source.find("host")
            socket = "" if host is None else host.attrib["socket"]
            return f"nbd+unix:///{words['name']}?socket={socket}"
    # 12.8 shows an empty drive of a running domain with a source that names no file.
    found = words.get("file") or words.get("dev")
    if found is None:
        raise LabError(f"a disk has no medium: {ET.tostring(disk, encoding='unicode')}")
    return found


def opened(daemon: Daemon, place: str) -> tuple[tuple[str, ...], str]:
    """The words with which an image tool opens an image, whatever of its chain is encrypted.

    First come options, then the name. Raises `LabError`.
    """
    chain = daemon.run("qemu-img", "info", "-U", "--backing-chain", "--output=json", place)
    images = json.loads(chain)
    if not any(image.get("encrypted") for image in images):
        return (), place
    node: dict[str, object] = {}
    for image in reversed(images):
        node = {**_node(image), **({"backing": node} if node else {})}
    return SECRET_OBJECT, f"json:{json.dumps(node)}"


def _node(image: Mapping[str, object]) -> dict[str, object]:
    file = {"driver": "file", "filename": image["filename"]}
    node: dict[str, object] = {"driver": image["format"], "file": file}
    match image:
        case {"encrypted": True, "format": "luks"}:
            return {**node, "key-secret": "lab"}
        case {"encrypted": True}:
            return {**node, "encrypt": {"format": "luks", "key-secret": "lab"}}
    return node
