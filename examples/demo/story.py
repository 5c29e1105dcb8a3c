"""The story as data: stages of commands, each with the end it must have.

The only place to change what the demo shows; `play` runs it and `__main__` sets the scene.
"""

from dataclasses import dataclass
from typing import Final

MONDAY: Final = "examples/demo/monday"
TUESDAY: Final = "examples/demo/tuesday"
DEVICE: Final = "/machine/peripheral/virtio-disk0/virtio-backend"
"""What QEMU calls a domain's first virtio disk."""


@dataclass(frozen=True, slots=True)
class Step:
    """One command line of a shell."""

    command: str
    code: int = 0
    """The exit code it must end with."""
    shows: tuple[str, ...] = ()
    """What its output must contain."""
    hides: tuple[str, ...] = ()
    """What its output must not contain."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Some steps with one point to make."""

    title: str
    says: str
    steps: tuple[Step, ...]


def plan(manifests: str, *shows: str, code: int) -> Step:
    """A plan that says by its exit code whether anything is to be done: 0 no, 2 yes."""
    return Step(f"reconcile plan --detailed-exitcode {manifests}", code, shows)


def guest_writes(byte: str) -> tuple[Step, ...]:
    """A guest writes to its disk and syncs, asked of the running QEMU; then look at the file."""
    return (_guest(f"write -P {byte} 0 64k"), _guest("flush"), reads(byte))


def _guest(command: str) -> Step:
    ask = f"virsh qemu-monitor-command web01 \\\n  --hmp 'qemu-io -d {DEVICE} \"{command}\"'"
    return Step(ask, hides=("Error",))


def reads(byte: str) -> Step:
    """The disk holds this byte, as everybody sees it who reads the file."""
    return Step(f"qemu-io -r -U -c 'read -P {byte} 0 64k' $DISK", shows=("read 65536/65536",))


def holds(snapshot: str, byte: str) -> Step:
    """The data of an internal snapshot is what the guest had written when it was taken."""
    copy = f"qemu-img convert -U -l snapshot.name={snapshot} -O raw $DISK $SCRATCH/{snapshot}.raw"
    look = f"qemu-io -r -f raw -c 'read -P {byte} 0 64k' $SCRATCH/{snapshot}.raw"
    return Step(f"{copy} &&\n  {look}", shows=("read 65536/65536",))


STORY: Final = (
    Stage(
        "A host with one virtual machine",
        "A private libvirt, started for this demo, and web01 with a real qcow2 disk.\n"
        "Its first 64 KiB get a pattern, 0x11, to find again at the end.",
        (
            Step("virsh list --all", shows=("web01",)),
            Step("qemu-io -c 'write -P 0x11 0 64k' $DISK", shows=("wrote 65536/65536",)),
        ),
    ),
    Stage(
        "Monday: git declares a snapshot",
        "validate needs no host. plan only reads. apply does what plan showed, and looks again.",
        (
            Step(f"cat {MONDAY}/web01.yaml", shows=("name: base",)),
            Step(f"reconcile validate {MONDAY}", shows=("valid",)),
            plan(MONDAY, "create base", "1 to create", code=2),
            Step(f"reconcile apply --yes {MONDAY}", shows=("✓ create base",)),
            plan(MONDAY, "In sync", code=0),
        ),
    ),
    Stage(
        "Tuesday: the machine runs, and git declares another",
        "The guest writes 0x22. Then a snapshot below the first is taken, with its memory.",
        (
            Step("virsh start web01", shows=("started",)),
            *guest_writes("0x22"),
            Step(f"diff {MONDAY}/web01.yaml {TUESDAY}/web01.yaml", 1, ("name: tuned",)),
            plan(TUESDAY, "create tuned below base", "1 to create", code=2),
            Step(f"reconcile apply --yes {TUESDAY}", shows=("✓ create tuned",)),
            plan(TUESDAY, "In sync", code=0),
            Step("virsh snapshot-list web01 --tree", shows=("base", "+- tuned")),
        ),
    ),
    Stage(
        "Somebody changes the host behind git's back",
        "One snapshot is deleted, the description of the other is edited. plan finds both.",
        (
            Step("virsh snapshot-delete web01 tuned", shows=("deleted",)),
            Step(
                "virsh snapshot-dumpxml web01 base | sed 's/Clean install/Old, do not use/' |\n"
                "  virsh snapshot-create web01 /dev/stdin --redefine",
                shows=("created",),
            ),
            plan(TUESDAY, "create tuned", '"Old, do not use" → "Clean install"', code=2),
        ),
    ),
    Stage(
        "The repair",
        "What a deleted snapshot held is gone, so tuned is taken anew from the running machine:\n"
        "nothing was written since, so it holds the same. The description is put back.",
        (
            Step(f"reconcile apply --yes {TUESDAY}", shows=("✓ create tuned", "✓ redefine base")),
            plan(TUESDAY, "In sync", code=0),
        ),
    ),
    Stage(
        "A snapshot that is not ours is left alone",
        "Somebody takes one by hand. plan shows it, and nothing more.",
        (
            Step("virsh snapshot-create-as web01 lunch 'Before lunch'", shows=("created",)),
            plan(TUESDAY, "left alone: lunch", "In sync", code=0),
        ),
    ),
    Stage(
        "The data is intact",
        "The guest writes 0x33. The disk holds that now, and each snapshot what it was taken of.",
        (
            *guest_writes("0x33"),
            holds("base", "0x11"),
            holds("tuned", "0x22"),
            holds("lunch", "0x22"),
        ),
    ),
)
