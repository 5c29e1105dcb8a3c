"""Every refusal of a plan: its stable code, the rule in one sentence, and what would lift it.

Wording lives here and nowhere else; `docs/refusals.md` has one entry per code.
"""

from dataclasses import dataclass
from enum import StrEnum

from reconcile.model.plan import Refusal


class Code(StrEnum):
    """The stable code of a refusal; each has a rule in `RULES`."""

    NAME_UNSAFE = "name-unsafe"
    NAME_TAKEN = "name-taken"
    PARENT_NOT_CURRENT = "parent-not-current"
    PARENT_REFUSED = "parent-refused"
    STATE_UNSUPPORTED = "state-unsupported"
    CAPTURE_STATE = "capture-state"
    MEMORY_INACTIVE = "memory-inactive"
    MEMORY_REQUIRED = "memory-required"
    MEMORY_FILE_UNNAMED = "memory-file-unnamed"
    PAUSED_TWICE = "paused-twice"
    PAUSED_TRACE = "paused-trace"
    MIXED_KINDS = "mixed-kinds"
    DISK_UNKNOWN = "disk-unknown"
    DISK_READONLY = "disk-readonly"
    DISK_EXCLUDED = "disk-excluded"
    DISK_SHAREABLE = "disk-shareable"
    DISK_MANUAL = "disk-manual"
    DISK_NOT_QCOW2 = "disk-not-qcow2"
    DISKS_NONE = "disks-none"
    DISKS_MOVED = "disks-moved"
    TREE_MISPLACED = "tree-misplaced"
    TRANSIENT = "transient"
    NAME_DIGITS = "name-digits"
    NAME_JOB_ID_REVERT = "name-job-id-revert"
    REVERT_EXTERNAL = "revert-external"
    NO_CURRENT_REVERT = "no-current-revert"
    REVERT_HURTS = "revert-hurts"
    REVERT_EXCLUDED = "revert-excluded"
    DELETE_HURTS = "delete-hurts"
    DELETE_IN_USE = "delete-in-use"
    METADATA_FOREIGN = "metadata-foreign"
    METADATA_ELSEWHERE = "metadata-elsewhere"
    EXTERNAL_OVERLAY_GONE = "external-overlay-gone"
    OVERLAY_UNNAMED = "overlay-unnamed"
    OVERLAY_FORMAT = "overlay-format"
    FILE_TWICE = "file-twice"
    FILE_EXISTS = "file-exists"
    FILE_IN_USE = "file-in-use"
    FILE_UNSEEN = "file-unseen"
    FILE_ELSEWHERE = "file-elsewhere"
    MANAGED_SAVE = "managed-save"
    CHECKPOINTS = "checkpoints"
    BLOCK_JOB = "block-job"
    CHAIN_TOO_DEEP = "chain-too-deep"
    FIRMWARE_NVRAM = "firmware-nvram"
    QUIESCE = "quiesce"
    NO_AGENT = "no-agent"
    LIVE = "live"
    HALT_TRANSIENT = "halt-transient"
    DISCARD_INTERNAL = "discard-internal"
    FILE_MISSING = "file-missing"
    ORPHAN_TAG = "orphan-tag"
    TAG_MISSING = "tag-missing"
    COPY_INTERNAL = "copy-internal"
    COPY_ELSEWHERE = "copy-elsewhere"
    COPY_MISSING = "copy-missing"
    FORGET_EXTERNAL = "forget-external"
    DUMP_WRONG = "dump-wrong"
    DUMP_CURRENT = "dump-current"
    REPLACE_CHILDREN = "replace-children"
    TEST_DRIVER = "test-driver"
    DELETE_IN_PROGRESS = "delete-in-progress"
    SNAPSHOT_GONE = "snapshot-gone"
    NO_EMBEDDED_DOMAIN = "no-embedded-domain"
    METADATA_TOO_LONG = "metadata-too-long"
    PARENT_CYCLE = "parent-cycle"
    POINTER_EXTERNAL = "pointer-external"
    REPARENT_EXTERNAL = "reparent-external"
    NO_CURRENT = "no-current"
    NAME_JOB_ID = "name-job-id"
    INTERNAL_ELSEWHERE = "internal-elsewhere"
    EXTERNAL_OLD_LIBVIRT = "external-old-libvirt"
    EXTERNAL_OFFLINE = "external-offline"
    EXTERNAL_SEVERAL_CHILDREN = "external-several-children"
    EXTERNAL_ACTIVE_NOT_LEAF = "external-active-not-leaf"
    EXTERNAL_OFF_CHAIN = "external-off-chain"
    EXTERNAL_SIDE_BRANCH = "external-side-branch"
    EXTERNAL_INTERNAL_CHILD = "external-internal-child"
    EXTERNAL_INTERNAL_PARENT = "external-internal-parent"
    EXTERNAL_NO_DISK = "external-no-disk"
    EXTERNAL_UNKNOWN_BASE = "external-unknown-base"
    PROTECTED = "protected"
    DELETE_LIMIT = "delete-limit"
    EMPTIES_TREE = "empties-tree"
    APPROVAL_NEEDED = "approval-needed"
    CURRENT_DIFFERS = "current-differs"
    NOT_AS_DECLARED = "not-as-declared"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule and the way out, as templates over the facts that `refuse` is given."""

    message: str
    remedy: str


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
        "libvirt creates a snapshot below the current one only, which is {current}, not {parent}",
        "revert the domain to {parent}, or declare this snapshot below {current}",
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
    Code.DISK_UNKNOWN: Rule(
        "the domain has no disk {target}; it has {known}", "correct the target under `disks:`"
    ),
    Code.DISK_READONLY: Rule(
        "disk {target} is read-only or removable: libvirt takes no snapshot of it",
        "declare it `none`, or leave it out",
    ),
    Code.DISK_EXCLUDED: Rule(
        "an internal snapshot takes every writable disk, but {target} is left out",
        "declare {target} internal, or all other disks external",
    ),
    Code.DISK_SHAREABLE: Rule(
        "disk {target} is shareable: libvirt refuses a snapshot of it", "declare it `none`"
    ),
    Code.DISK_MANUAL: Rule(
        "disk {target} is `manual`: a revert would restore nothing on it and report success",
        "declare it internal, external or none",
    ),
    Code.DISK_NOT_QCOW2: Rule(
        "disk {target} is {format}: only qcow2 images hold internal snapshots",
        "declare {target} external, or convert the image to qcow2",
    ),
    Code.DISKS_NONE: Rule(
        "no disk and no memory would be captured", "declare at least one disk internal or external"
    ),
    Code.DISKS_MOVED: Rule(
        "the domain runs on {path}, whose content belongs to snapshot {victim}",
        "keep the domain off and set its disk path to the snapshot's overlay (virsh edit)",
    ),
    Code.TREE_MISPLACED: Rule(
        "{lying} lies on {file}, an overlay of a snapshot it does not descend from: the current "
        "pointer or a parent was moved without a revert, and libvirt would remove the wrong files",
        "move it back: `virsh snapshot-current DOMAIN NAME` with the snapshot whose overlay it is",
    ),
    Code.TRANSIENT: Rule(
        "the domain is transient and would vanish with a revert to a stopped state",
        "declare `current: {{run-state: running}}`, or define the domain",
    ),
    Code.NAME_DIGITS: Rule(
        "its name is a number: an offline revert would take it for the ID of another snapshot",
        "keep it, delete it, or take a new snapshot under another name",
    ),
    Code.NAME_JOB_ID_REVERT: Rule(
        "its name holds characters that this libvirt cannot use to load its memory",
        "take a new snapshot under a name of letters, digits, '.', '_' and '-'",
    ),
    Code.REVERT_EXTERNAL: Rule(
        "libvirt {version} cannot revert to an external snapshot",
        "upgrade libvirt to 9.9 or newer",
    ),
    Code.NO_CURRENT_REVERT: Rule(
        "the domain has no current snapshot: reverting to an external one would crash libvirtd",
        "create a snapshot first, or revert to an internal one",
    ),
    Code.REVERT_HURTS: Rule(
        "the revert would destroy {file}, which holds data of snapshot {victim}",
        "create a snapshot below the current one first, or delete {victim}",
    ),
    Code.REVERT_EXCLUDED: Rule(
        "disk {target} was left out of it and runs on {path} now, on {base} then: it would go "
        "back to something between",
        "revert by hand after saving disk {target}",
    ),
    Code.DELETE_HURTS: Rule(
        "deleting it would destroy {file}, which holds data of snapshot {victim}",
        "delete {victim} first, or keep this snapshot",
    ),
    Code.METADATA_FOREIGN: Rule(
        "its metadata names {file}, which is {user}: libvirt would write or remove that file",
        "restore its metadata from a full dump of this very domain, or `forget:` it",
    ),
    Code.METADATA_ELSEWHERE: Rule(
        "its metadata names {path}, which does not lie beside the domain's own disks and would be "
        "written or removed",
        "correct the metadata, or allow the directory with --allow-path",
    ),
    Code.DELETE_IN_USE: Rule(
        "its metadata names {file} as its own, which the domain runs on: deleting it would remove "
        "that file",
        "take its metadata alone away with `forget:`",
    ),
    Code.EXTERNAL_OVERLAY_GONE: Rule(
        "the overlay it lists, {file}, is not in the chain below {child}: libvirt cannot merge it",
        "delete {child} first",
    ),
    Code.OVERLAY_UNNAMED: Rule(
        "disk {target} lies on no regular file, so its overlay has no derived name",
        "name it: `disks: {{{target}: {{snapshot: external, file: /path}}}}`",
    ),
    Code.OVERLAY_FORMAT: Rule(
        "an overlay cannot have the format {format}", "use `driver: qcow2`, or leave it out"
    ),
    Code.FILE_TWICE: Rule(
        "{path} would be used twice by this snapshot", "give each disk and the memory its own file"
    ),
    Code.FILE_EXISTS: Rule(
        "{path} exists already and would be overwritten", "remove it, or name another file"
    ),
    Code.FILE_IN_USE: Rule("{path} is in use by {user}", "name another file"),
    Code.FILE_UNSEEN: Rule(
        "whether {path} exists cannot be seen from here, and libvirt would overwrite it",
        "run reconcile on the host itself, as a user who may look into that directory",
    ),
    Code.FILE_ELSEWHERE: Rule(
        "{path} does not lie beside the domain's own disks",
        "name a file in {directories}, or allow its directory with --allow-path",
    ),
    Code.MANAGED_SAVE: Rule(
        "the domain has a managed save image, which would later win over the disks as they are",
        "start the domain, or drop the image with `virsh managedsave-remove`",
    ),
    Code.CHECKPOINTS: Rule(
        "the domain has checkpoints ({checkpoints}), which this libvirt cannot combine with it",
        "delete the checkpoints, or declare another kind of snapshot",
    ),
    Code.BLOCK_JOB: Rule(
        "a block job runs on disk {target}", "let it end or cancel it, then plan again"
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
    Code.TEST_DRIVER: Rule("libvirt's test driver cannot {what}", "use a real hypervisor"),
    Code.DELETE_IN_PROGRESS: Rule(
        "an earlier delete into snapshot {flagged} was cut off and is not finished",
        "finish it first: delete the same snapshot again with virsh",
    ),
    Code.SNAPSHOT_GONE: Rule("the host has no such snapshot", "plan again"),
    Code.NO_EMBEDDED_DOMAIN: Rule(
        "its metadata holds no domain definition, so libvirt cannot rewrite it safely",
        "restore its metadata from a full dump, or leave it unmanaged with `ignore:`",
    ),
    Code.METADATA_TOO_LONG: Rule(
        "its metadata would exceed 1 MiB, and libvirt would not load it again",
        "shorten the description or the labels",
    ),
    Code.PARENT_CYCLE: Rule(
        "its parent is {observed} on the host, and {desired} lies below it",
        "move {desired} first, or declare the parent that it has",
    ),
    Code.POINTER_EXTERNAL: Rule(
        "the tree holds external snapshots ({external}): moving the pointer alone would make "
        "libvirt remove the wrong files later",
        "use `via: revert`",
    ),
    Code.REPARENT_EXTERNAL: Rule(
        "its parent is {observed} on the host and {desired} in the manifest, but external "
        "snapshots hold data by their place in the tree",
        "declare the parent that it has, or take a new snapshot in the right place",
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
    Code.FILE_MISSING: Rule("{path} does not exist", "create it, or correct the path"),
    Code.ORPHAN_TAG: Rule(
        "{path} holds an internal snapshot of this name that libvirt does not know",
        "remove it with `qemu-img snapshot -d {name} {path}` while the domain is off, or choose "
        "another name",
    ),
    Code.TAG_MISSING: Rule(
        "{path} holds no internal snapshot {name}: its data is gone, and libvirt would stop the "
        "domain before it notices",
        "delete the snapshot, or restore the image",
    ),
    Code.COPY_INTERNAL: Rule(
        "{source} is internal: its data answers only to the name it was taken under",
        "keep its name, or take a new snapshot",
    ),
    Code.COPY_ELSEWHERE: Rule(
        "a copy of {source} must have the same parent: its data lies on that one's",
        "declare it below {parent}",
    ),
    Code.COPY_MISSING: Rule("the host has no snapshot {source}", "correct the name"),
    Code.FORGET_EXTERNAL: Rule(
        "the data of other snapshots lies on it: without its metadata nobody knows any more",
        "forget external snapshots from the leaves, and no current one",
    ),
    Code.DUMP_WRONG: Rule(
        "{file} is not its full dump: {why}",
        "name a file made by `virsh snapshot-dumpxml --security-info` of this very snapshot",
    ),
    Code.DUMP_CURRENT: Rule(
        "which of the restored snapshots is current cannot be told from the domain's disks",
        "declare `current:`",
    ),
    Code.REPLACE_CHILDREN: Rule(
        "it would have to be replaced, but {children} lie on it",
        "declare the kind that it has, or replace it and its children one by one",
    ),
    Code.NO_CURRENT: Rule(
        "the domain has no current snapshot: deleting an external one would crash libvirtd",
        "set the current snapshot by a revert, or create one first",
    ),
    Code.NAME_JOB_ID: Rule(
        "its name holds characters that this libvirt cannot use while the domain is active",
        "shut the domain off, then plan again",
    ),
    Code.INTERNAL_ELSEWHERE: Rule(
        "its data lies in {recorded}, but disk {target} runs on {path} now",
        "shut the domain off, or delete the external snapshots above it first",
    ),
    Code.EXTERNAL_OLD_LIBVIRT: Rule(
        "libvirt {version} cannot delete external snapshots", "upgrade libvirt to 9.0 or newer"
    ),
    Code.EXTERNAL_OFFLINE: Rule(
        "libvirt {version} deletes an external snapshot of an inactive domain only where it is "
        "the current leaf",
        "start the domain, or upgrade libvirt to 9.9 or newer",
    ),
    Code.EXTERNAL_SEVERAL_CHILDREN: Rule(
        "an external snapshot with several children ({children}) cannot be deleted",
        "delete all but one of the branches first",
    ),
    Code.EXTERNAL_ACTIVE_NOT_LEAF: Rule(
        "it is the current external snapshot and has children ({children})",
        "delete the children first, or make another snapshot current by a revert",
    ),
    Code.EXTERNAL_OFF_CHAIN: Rule(
        "it is external, has children and is not in the chain that the domain runs on",
        "delete the branch above it first, from its leaf",
    ),
    Code.EXTERNAL_SIDE_BRANCH: Rule(
        "another branch hangs below it, and libvirt {version} may crash while deleting it",
        "delete that branch first, or upgrade libvirt to 12.8 or newer",
    ),
    Code.EXTERNAL_INTERNAL_CHILD: Rule(
        "its child {child} is internal and lies in the overlay that deleting it would remove",
        "delete {child} first",
    ),
    Code.EXTERNAL_INTERNAL_PARENT: Rule(
        "its parent {parent} is internal: libvirt cannot merge an external snapshot into it",
        "delete {parent} first, or keep this snapshot",
    ),
    Code.EXTERNAL_NO_DISK: Rule(
        "libvirt {version} cannot delete an external snapshot of the memory alone",
        "upgrade libvirt to 9.1 or newer",
    ),
    Code.EXTERNAL_UNKNOWN_BASE: Rule(
        "the file that disk {target} lay on when it was taken is not in its metadata",
        "restore its metadata from a full dump",
    ),
    Code.PROTECTED: Rule(
        "the snapshot is protected",
        "declare it with `protect: false`, apply, and remove it after that",
    ),
    Code.DELETE_LIMIT: Rule(
        "{count} snapshots would be deleted, the limit is {limit}",
        "raise `limits: {{deletes: {count}}}` in the manifest, if that is meant",
    ),
    Code.EMPTIES_TREE: Rule(
        "the plan would leave the domain without any snapshot",
        "declare at least one snapshot that exists or can be created",
    ),
    Code.APPROVAL_NEEDED: Rule(
        "{action} has the hazard `{hazard}`, which nobody approved",
        "add `{hazard}` to `allow:` in the manifest, or pass --allow {hazard}",
    ),
    Code.CURRENT_DIFFERS: Rule(
        "the current snapshot would be {observed}, not {desired}, and `revert: never` is declared",
        "declare `revert: when-needed`, or remove `current`",
    ),
    Code.NOT_AS_DECLARED: Rule(
        "the plan would not end as declared: {field} would be {observed}, not {desired}",
        "report this with the output of `plan --format json`: it is a gap in reconcile",
    ),
}


def refuse(code: Code, snapshot: str | None, **facts: object) -> Refusal:
    """A refusal in words; `facts` fill the templates of its rule."""
    rule = RULES[code]
    return Refusal(code, snapshot, rule.message.format(**facts), rule.remedy.format(**facts))


def or_none(name: str | None) -> str:
    """A snapshot's name in a message; a root's parent reads as "none"."""
    return "none" if name is None else name
