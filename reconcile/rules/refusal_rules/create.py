"""Refusals about taking a snapshot: each rule and its way out."""

from reconcile.rules.codes import Code, Rule

RULES: dict[Code, Rule] = {
    Code.NAME_UNSAFE: Rule(
        "a snapshot cannot be created under the name {name!r}: libvirt or qcow2 would lose it",
        "use letters, digits, '.', '_' and '-', at most 200 bytes, not digits alone and not "
        "starting with '.'; only creating is refused, an existing one may stay declared",
    ),
    Code.NAME_TAKEN: Rule(
        "a snapshot of this name exists already", "give the new snapshot another name"
    ),
    Code.PARENT_NOT_CURRENT: Rule(
        "libvirt creates a snapshot below the current one only: {here}, not {there}",
        "{way_out}declare this snapshot {here}",
    ),
    Code.PARENT_REFUSED: Rule(
        "its parent {parent} is missing on the host and cannot be created",
        "see the refusal of {parent}",
    ),
    Code.STATE_UNSUPPORTED: Rule(
        "the domain is neither running, paused nor shut off",
        "bring the domain into one of these states, then plan again",
    ),
    Code.CAPTURE_STATE: Rule(
        "`capture.when` is {when}, but the domain is {state}",
        "bring the domain into that state, or change `capture.when`",
    ),
    Code.MEMORY_INACTIVE: Rule(
        "memory cannot be captured: the domain is shut off",
        "start the domain, or declare `memory: none`",
    ),
    Code.MEMORY_REQUIRED: Rule(
        "an internal snapshot of an active domain must include its memory",
        "declare `memory: internal`, or `disks: {{TARGET: external}}`, or shut the domain off",
    ),
    Code.MEMORY_FILE_UNNAMED: Rule(
        "no name can be derived for the external memory file: no disk of it lies in a file",
        "name it: `memory: {{external: /path/file}}`",
    ),
    Code.PAUSED_TWICE: Rule(
        "the domain is paused since its memory was written to a file or read from one: until it "
        "runs again, QEMU neither saves memory nor merges disks",
        "let the domain run for a moment, then plan again",
    ),
    Code.PAUSED_TRACE: Rule(
        "the domain is paused and its memory was written to a file or read from one: without this "
        "entry nobody could tell, and QEMU would fail to save it again",
        "let the domain run for a moment, or shut it off, then plan again",
    ),
    Code.MIXED_KINDS: Rule(
        "libvirt cannot mix internal and external parts in one snapshot ({parts})",
        "declare all of them internal or all external",
    ),
    Code.DISKS_NONE: Rule(
        "no disk and no memory would be captured", "declare at least one disk internal or external"
    ),
    Code.CHAIN_TOO_DEEP: Rule(
        "disk {target} would have {depth} images in its chain; this libvirt starts at most {limit}",
        "delete external snapshots first, or declare an internal one",
    ),
    Code.FIRMWARE_NVRAM: Rule(
        "this libvirt takes no internal snapshot of this domain with its UEFI variables "
        "({format} NVRAM)",
        "declare external disks, or convert the NVRAM to qcow2 on libvirt 10.9 or newer",
    ),
    Code.QUIESCE: Rule(
        "`capture.quiesce` freezes the guest's file systems for a disk-only snapshot of a running "
        "domain; this one would be {what}",
        "declare external disks and `memory: none`, or remove `quiesce`",
    ),
    Code.NO_AGENT: Rule(
        "`capture.quiesce` needs a connected guest agent, and the domain has none",
        "install and start qemu-guest-agent in the guest, or remove `quiesce`; where a revert "
        "comes first, apply that alone and plan again",
    ),
    Code.LIVE: Rule(
        "`capture.live` keeps the guest running while its memory is written to a file; this one "
        "would have {memory} memory",
        "declare `memory: external` on a running domain, or remove `live`",
    ),
    Code.HALT_TRANSIENT: Rule(
        "`capture.halt` would make the transient domain vanish",
        "define the domain, or remove `halt`",
    ),
    Code.DISCARD_INTERNAL: Rule(
        "`capture.metadata: discard` would leave an internal snapshot that libvirt cannot find",
        "declare external disks, or keep the metadata",
    ),
}
