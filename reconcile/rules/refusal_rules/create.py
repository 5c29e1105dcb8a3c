"""Refusals about taking a snapshot: each rule with its ways out."""

from reconcile.model.domain import DomainState
from reconcile.rules.codes import Code, Rule
from reconcile.rules.way_templates import (
    again,
    choose,
    command,
    declare,
    define,
    drop,
    keep,
    power,
    provide,
    undeclare,
    upgrade,
    when,
)

RUNNING, SHUTOFF = DomainState.RUNNING, DomainState.SHUTOFF
OUTSIDE = declare("", "{{disks: external, memory: none}}", "declare external disks without memory")

RULES: dict[Code, Rule] = {
    Code.NAME_UNSAFE: Rule(
        "a snapshot cannot be created under the name {name!r}: libvirt or qcow2 would lose it",
        (
            choose(
                "name",
                "use letters, digits, '.', '_' and '-', at most 200 bytes, not digits alone and "
                "not starting with '.'; only creating is refused, an existing one may stay "
                "declared",
            ),
        ),
    ),
    Code.NAME_TAKEN: Rule(
        "a snapshot of this name exists already",
        (again("plan again, so that it is compared"), choose("name", "give the new one another")),
    ),
    Code.PARENT_NOT_CURRENT: Rule(
        "libvirt creates a snapshot below the current one only: {here}, not {there}",
        (
            when(
                declare("current.revert", "when-needed", "declare `revert: when-needed`", of=""),
                "never",
            ),
            declare("parent", "{below}", "declare this snapshot {here}"),
            when(keep("declare the kind that it has", "{snapshot}"), "replaced"),
            when(again(), "moved"),
        ),
    ),
    Code.PARENT_REFUSED: Rule(
        "its parent {parent} is missing on the host and cannot be created",
        (
            when(
                choose("redefine-from", "restore {parent} from its dump, too", of="{parent}"),
                "restored",
            ),
            when(again("see what is said of {parent}, then plan again"), "moved"),
        ),
    ),
    Code.STATE_UNSUPPORTED: Rule(
        "the domain is neither running, paused nor shut off",
        (power(SHUTOFF), power(RUNNING, "bring it to run again")),
    ),
    Code.CAPTURE_STATE: Rule(
        "`capture.when` is {when}, but the domain is {state}",
        (
            power("{when}", "bring the domain into that state"),
            declare("capture.when", "any", "declare `capture: {{when: any}}`"),
        ),
    ),
    Code.MEMORY_INACTIVE: Rule(
        "memory cannot be captured: the domain is shut off",
        (when(power(RUNNING), "migratable"), declare("memory", "none")),
    ),
    Code.MEMORY_REQUIRED: Rule(
        "an internal snapshot of an active domain must include its memory",
        (
            when(declare("memory", "internal"), "migratable"),
            declare("disks", "external", "declare `disks: {{TARGET: external}}`"),
            power(SHUTOFF),
        ),
    ),
    Code.MEMORY_FILE_UNNAMED: Rule(
        "no name can be derived for the external memory file: no disk of it lies in a file",
        (choose("memory", "name it: `memory: {{external: /path/file}}`"),),
    ),
    Code.PAUSED_TWICE: Rule(
        "the domain is paused since its memory was written to a file or read from one: until it "
        "runs again, QEMU neither saves memory nor merges disks",
        (power(RUNNING, "let the domain run, and plan and apply while it does"),),
    ),
    Code.PAUSED_TRACE: Rule(
        "the domain is paused and its memory was written to a file or read from one: without this "
        "entry nobody could tell, and QEMU would fail to save it again",
        (power(RUNNING, "let the domain run"), power(SHUTOFF, "shut it off")),
    ),
    Code.MIXED_KINDS: Rule(
        "libvirt cannot mix internal and external parts in one snapshot ({parts})",
        (
            declare("", "{{disks: internal, memory: {inside}}}", "declare all of them internal"),
            declare("", "{{disks: external, memory: {outside}}}", "declare all of them external"),
        ),
    ),
    Code.DISKS_NONE: Rule(
        "no disk and no memory would be captured",
        (
            when(
                declare("disks", "external", "declare at least one disk internal or external"),
                "capturable",
            ),
        ),
    ),
    Code.CHAIN_TOO_DEEP: Rule(
        "disk {target} would have {depth} images in its chain; this libvirt starts at most {limit}",
        (
            drop("delete external snapshots first, as {deepest}", "{deepest}"),
            command("virsh blockpull {flat!q} {target!q} --wait", "merge the images into one ({})"),
            declare("", "{{disks: internal, memory: {inside}}}", "declare an internal one"),
        ),
    ),
    Code.FIRMWARE_NVRAM: Rule(
        "this libvirt takes no internal snapshot of this domain with its UEFI variables "
        "({format} NVRAM)",
        (
            OUTSIDE,
            provide("qcow2 NVRAM", "{convert}", "convert the NVRAM to qcow2"),
            upgrade("{since}"),
        ),
    ),
    Code.QUIESCE: Rule(
        "`capture.quiesce` freezes the guest's file systems for a disk-only snapshot of a running "
        "domain; this one would be {what}",
        (
            when(OUTSIDE, "runs"),
            when(power(RUNNING, "let the domain run"), "disks_alone"),
            undeclare("capture.quiesce", "remove `quiesce`"),
        ),
    ),
    Code.NO_AGENT: Rule(
        "`capture.quiesce` needs a connected guest agent, and the domain has none",
        (
            provide("agent", "qemu-guest-agent", "install and start qemu-guest-agent in the guest"),
            undeclare("capture.quiesce", "remove `quiesce`"),
        ),
    ),
    Code.LIVE: Rule(
        "`capture.live` keeps the guest running while its memory is written to a file; this one "
        "would have {memory} memory",
        (
            when(
                declare("", "{{memory: external, disks: external}}", "declare `memory: external`"),
                "migratable",
            ),
            undeclare("capture.live", "remove `live`"),
        ),
    ),
    Code.HALT_TRANSIENT: Rule(
        "`capture.halt` would make the transient domain vanish",
        (
            define("persistent", "yes", "define the domain (`virsh dumpxml`, `virsh define`)"),
            undeclare("capture.halt", "remove `halt`"),
        ),
    ),
    Code.DISCARD_INTERNAL: Rule(
        "`capture.metadata: discard` would leave an internal snapshot that libvirt cannot find",
        (OUTSIDE, undeclare("capture.metadata", "keep the metadata")),
    ),
}
