"""Every reason not to take a snapshot."""

from dataclasses import replace

import pytest

from reconcile.model.desired import Capture, Metadata
from reconcile.model.domain import Disk, Domain, DomainState, Firmware
from reconcile.model.host import Capabilities
from reconcile.model.plan import Refusal
from reconcile.model.snapshot import NO_MEMORY, DiskKind, Memory, MemoryKind
from reconcile.model.source import Source
from reconcile.rules.effect import effect
from reconcile.rules.refusals import Code
from tests.rules.cases import RUNNING, Case, edited, kind, on, pointing, taking, with_disk
from tests.rules.notation import FORKY, OWN, TEST, TRIXIE, action, disk, domain, grown

OFF, ON, TWO = domain(), domain(state=RUNNING), domain(disk(), disk("vdb"))
NETWORK = domain(Disk("vda", None, Source.NETWORK, "raw"), state=RUNNING)
SHARED = domain(replace(disk(), shareable=True))
CDROM = Disk("hda", "/iso/a.iso", format="raw", device="cdrom", readonly=True)
UEFI = replace(ON, firmware=Firmware("/nvram/web01.fd"))
DEEP = domain(replace(disk(), backing=("/images/below.qcow2",) * 199), state=RUNNING)
SHALLOW = domain(replace(disk(), backing=("/images/below.qcow2",) * 24), state=RUNNING)
IN, OUT, NONE = DiskKind.INTERNAL, DiskKind.EXTERNAL, DiskKind.NONE
MEMORY_FILE = Memory(MemoryKind.EXTERNAL)
TAKE = taking(ON, kind("vda", OUT))
PAUSED = replace(ON, state=DomainState.PAUSED)
CHECKED = replace(OFF, checkpoints=("daily",))


def like(state: DomainState = DomainState.SHUTOFF, **fields: object) -> Domain:
    """A domain with something else about its only disk."""
    (only,) = OFF.disks
    return replace(OFF, state=state, disks=(replace(only, **fields),))  # type: ignore[arg-type] # a disk's own fields


CASES = [
    Case(Code.NAME_UNSAFE, OFF, "int .hidden"),
    Case(Code.NAME_UNSAFE, OFF, "int 2024"),
    Case(Code.NAME_UNSAFE, OFF, f"int {'x' * 201}"),
    Case(Code.NAME_TAKEN, grown("int A"), "int A"),
    Case(Code.PARENT_NOT_CURRENT, OFF, replace(taking(OFF, kind("vda", IN)), parent="B")),
    Case(Code.STATE_UNSUPPORTED, replace(OFF, state=DomainState.OTHER), "int A"),
    Case(Code.MANAGED_SAVE, replace(OFF, managed_save=True), "ext A"),
    Case(Code.BLOCK_JOB, replace(ON, block_jobs=("vda",)), "ext A"),
    Case(Code.DELETE_IN_PROGRESS, edited(grown("ext A"), "A", delete_in_progress=True), "ext B"),
    Case(Code.DISKS_MOVED, on(grown("ext A"), "vda", "/images/vda.qcow2"), "ext B"),
    Case(Code.TREE_MISPLACED, pointing(grown("ext A, ext B"), "A"), "ext C"),
    Case(Code.DISK_UNKNOWN, OFF, taking(OFF, kind("vdz", OUT))),
    Case(Code.DISK_MANUAL, OFF, taking(OFF, kind("vda", DiskKind.MANUAL))),
    Case(Code.DISK_READONLY, with_disk(OFF, CDROM), taking(with_disk(OFF, CDROM), kind("hda", IN))),
    Case(Code.VOLUME_UNRESOLVED, like(path=None, volume="volume a of pool b"), "int A"),
    Case(Code.DISK_TRANSIENT, like(RUNNING, transient=True), "ext A"),
    Case(Code.DISK_TRANSIENT, like(RUNNING, transient=True), "mem A"),
    Case(Code.DISK_DATA_FILE, like(data_file=True), "int A"),
    Case(Code.DISK_ENCRYPTED_INTERNAL, like(encrypted=True), "int A"),
    Case(Code.DISK_ENCRYPTED_INTERNAL, like(RUNNING, encrypted=True), "int A"),
    Case(Code.DISK_NETWORK_OFFLINE, like(source=Source.NETWORK), "int A"),
    Case(Code.DISK_ENCRYPTED, like(encrypted=True), "ext A"),
    Case(Code.DEVICE_UNMIGRATABLE, replace(ON, unmigratable=("a PCI host device",)), "mem A"),
    Case(Code.FILE_NAME_LONG, OFF, taking(OFF, kind("vda", OUT, file=f"/images/{'x' * 256}"))),
    Case(Code.DISK_SHAREABLE, SHARED, "ext A"),
    Case(Code.DISK_NOT_QCOW2, domain(disk("vda", "raw")), "int A"),
    Case(Code.DISK_EXCLUDED, TWO, "int A vda"),
    Case(Code.DISKS_NONE, OFF, taking(OFF, kind("vda", NONE))),
    Case(Code.MIXED_KINDS, TWO, taking(TWO, kind("vda", IN), kind("vdb", OUT))),
    Case(Code.MIXED_KINDS, ON, taking(ON, kind("vda", IN), memory=MEMORY_FILE)),
    Case(Code.MEMORY_INACTIVE, OFF, "mem A"),
    Case(Code.MEMORY_REQUIRED, ON, taking(ON, kind("vda", IN), memory=NO_MEMORY)),
    Case(Code.MEMORY_FILE_UNNAMED, NETWORK, taking(NETWORK, kind("vda", NONE), memory=MEMORY_FILE)),
    Case(Code.PAUSED_TWICE, grown("start, mem A, pause"), "mem B"),
    Case(Code.OVERLAY_UNNAMED, NETWORK, "ext A"),
    Case(Code.OVERLAY_FORMAT, OFF, taking(OFF, kind("vda", OUT, driver="raw"))),
    Case(
        Code.FILE_TWICE, TWO, taking(TWO, kind("vda", OUT, file="/a"), kind("vdb", OUT, file="/a"))
    ),
    Case(Code.CHECKPOINTS, CHECKED, "int A"),
    Case(Code.CHECKPOINTS, CHECKED, "ext A"),
    Case(Code.CHECKPOINTS, replace(CHECKED, state=RUNNING), "ext A", OWN),
    Case(Code.CHAIN_TOO_DEEP, DEEP, "ext A"),
    Case(Code.CHAIN_TOO_DEEP, SHALLOW, "ext A", TRIXIE),
    Case(Code.FIRMWARE_NVRAM, UEFI, "int A"),
    Case(Code.FIRMWARE_NVRAM, replace(UEFI, state=DomainState.SHUTOFF), "int A", OWN),
    Case(Code.QUIESCE, OFF, replace(taking(OFF, kind("vda", OUT)), capture=Capture(quiesce=True))),
    Case(Code.NO_AGENT, ON, replace(TAKE, capture=Capture(quiesce=True))),
    Case(
        Code.PAUSED_TRACE,
        PAUSED,
        replace(
            taking(PAUSED, kind("vda", OUT), memory=MEMORY_FILE),
            capture=Capture(metadata=Metadata.DISCARD),
        ),
    ),
    Case(Code.LIVE, ON, replace(TAKE, capture=Capture(live=True))),
    Case(
        Code.HALT_TRANSIENT,
        replace(ON, persistent=False),
        replace(TAKE, capture=Capture(halt=True)),
    ),
    Case(
        Code.DISCARD_INTERNAL,
        OFF,
        replace(taking(OFF, kind("vda", IN)), capture=Capture(metadata=Metadata.DISCARD)),
    ),
    Case(Code.TEST_DRIVER, OFF, "ext A", TEST),
]


def test_an_empty_floppy_drive_is_left_out_and_not_named() -> None:
    """libvirt would ask for an internal snapshot of it, and find no image."""
    drive = Disk("fda", None, device="floppy", source=Source.NONE)
    (only,) = taking(with_disk(OFF, drive), kind("fda", NONE)).disks
    assert only.target == "vda"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_refused(case: Case) -> None:
    assert case.refusal() == case.code


@pytest.mark.parametrize(
    ("now", "word", "host"),
    [
        (SHALLOW, "ext A", FORKY),
        (SHALLOW, "int A", TRIXIE),
        (replace(UEFI, firmware=Firmware("/nvram/web01.fd", "qcow2")), "int A", TRIXIE),
        (UEFI, "ext A", OWN),
        (replace(CHECKED, state=RUNNING), "ext A", TRIXIE),
        (with_disk(OFF, CDROM), "int A", OWN),
        (grown("start, mem A"), "mem B", OWN),
    ],
)
def test_allowed(now: Domain, word: str, host: Capabilities) -> None:
    """The neighbours of the cases above: a rule refuses what it must and no more."""
    assert not isinstance(effect(now, action(now, *word.split()), host), Refusal)
