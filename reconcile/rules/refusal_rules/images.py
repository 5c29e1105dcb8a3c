"""Refusals about files and images of the host: each rule with its ways out."""

from reconcile.rules.codes import Code, Rule
from reconcile.rules.refusal_rules.delete import KEEP
from reconcile.rules.refusal_rules.disks import ALLOW
from reconcile.rules.way_templates import (
    choose,
    command,
    declare,
    define,
    drop,
    forget,
    metadata,
    option,
    provide,
    when,
    without,
)

KEEP_IT = when(KEEP, "deleted")
CORRECT = metadata(
    "{key}",
    "",
    "correct the metadata (`virsh snapshot-edit {domain!q} {holder!q}`)",
    of="{holder}",
)
BACK = provide("file", "{path}", "restore the file")

RULES: dict[Code, Rule] = {
    Code.IMAGE_SHARED: Rule(
        "it would change or remove {file}, which {user} lies on",
        (
            provide(
                "image of its own",
                "{file}",
                "give that domain an image of its own first (`qemu-img convert`, or `virsh "
                "blockpull` while it runs)",
            ),
            KEEP_IT,
        ),
    ),
    Code.IMAGE_OPEN: Rule(
        "it would open {file}, which {user} has open, and QEMU locks it",
        (provide("other domain off", "{file}", "shut that domain off first, then plan again"),),
    ),
    Code.IMAGE_WRITTEN: Rule(
        "{file} would hold its data, and {user} writes to that image",
        (provide("image of its own", "{file}", "give each domain an image of its own"),),
    ),
    Code.FILE_CLAIMED: Rule(
        "{user} makes or changes {file} in this same run",
        (
            choose("{key}", "name another file under `disks:` or `memory:`"),
            option("--target", "{domain}", "apply one of them first, with --target"),
        ),
    ),
    Code.CHAIN_UNREAD: Rule(
        "{user} lies on {file}, and what that lies on cannot be seen: it may be what this would "
        "change",
        (
            provide(
                "access",
                "{file}",
                "run reconcile as a user who may read that image, let it name the path of a file "
                "(`qemu-img rebase`), or repair it",
            ),
            KEEP_IT,
        ),
    ),
    Code.CHAIN_DIFFERS: Rule(
        "disk {target} lies otherwise than its snapshots say: {chain}; somebody changed the chain "
        "by hand",
        (
            command(
                "virsh blockcommit {domain!q} {target!q} --active --pivot --base {overlay!q}",
                "merge what was put on top, while the domain runs: {}; then plan again",
            ),
            when(
                define(
                    "disks.{target}.backingStore",
                    "",
                    "remove `<backingStore>` of disk {target} from the definition (`virsh edit`), "
                    "so that libvirt looks at the images",
                ),
                "told",
            ),
            forget(
                "`forget:` the snapshots above which the domain runs: {names}; the disk stays as "
                "it is",
                "{names}",
            ),
        ),
    ),
    Code.OVERLAY_GONE: Rule(
        "the image {path}, on which disk {target} lies, is gone",
        (
            when(
                declare(
                    "current",
                    "{{snapshot: {revertible}, revert: always}}",
                    "revert to {revertible}, which makes a new overlay: "
                    "`current: {{snapshot: {revertible}, revert: always}}`",
                    of="",
                ),
                "now",
            ),
            without(
                declare(
                    "current",
                    "{{snapshot: {revertible}, revert: always}}",
                    "revert to {revertible} first, which makes a new overlay, without {later}: "
                    "`current: {{snapshot: {revertible}, revert: always}}`",
                    of="",
                ),
                "{later}",
            ),
            command(
                "qemu-img create -f qcow2 -F {format!q} -b {base!q} {path!q}",
                "make an empty one in its place while the domain is off: {}",
            ),
            BACK,
        ),
    ),
    Code.DATA_LOST: Rule(
        "its data is {state}: somebody removed, merged or wrote to the image that held it",
        (forget("`forget:` {names}: only metadata is left", "{names}"),),
    ),
    Code.DATA_DIFFERS: Rule(
        "the images that hold the data of {name} lie otherwise than its metadata says: nobody "
        "can know what a revert would bring back",
        (
            forget(
                "`forget:` {names}, whose chain was changed by hand, and take new ones", "{names}"
            ),
        ),
    ),
    Code.FILE_NAME_LONG: Rule(
        "the file name of {path} would have {length} bytes; file systems take {limit}",
        (choose("{key}", "name a shorter one under `{key}`"),),
    ),
    Code.FILE_TWICE: Rule(
        "{path} would be used twice by this snapshot",
        (choose("{key}", "give each disk and the memory its own file"),),
    ),
    Code.FILE_EXISTS: Rule(
        "{path} exists already and would be overwritten",
        (
            choose("{key}", "name another file under `{key}`"),
            command("rm -- {path!q}", "remove it, if nothing needs it ({})"),
        ),
    ),
    Code.FILE_IN_USE: Rule(
        "{path} is in use by {user}", (choose("{key}", "name another file under `{key}`"),)
    ),
    Code.FILE_UNSEEN: Rule(
        "whether {path} exists cannot be seen from here, and libvirt would overwrite it",
        (
            provide(
                "sight",
                "{path}",
                "run reconcile on the host itself, as a user who may look into that directory",
            ),
        ),
    ),
    Code.FILE_ELSEWHERE: Rule(
        "{path} does not lie beside the domain's own disks",
        (choose("{key}", "name a file in {directories}"), ALLOW),
    ),
    Code.FILE_MISSING: Rule(
        "{path} does not exist",
        (BACK, choose("{key}", "correct the path")),
    ),
    Code.ORPHAN_TAG: Rule(
        "{path} holds an internal snapshot of this name that libvirt does not know",
        (
            command(
                "qemu-img snapshot -d {name!q} {path!q}",
                "remove it with {} while the domain is off",
            ),
            choose("name", "choose another name"),
        ),
    ),
    Code.TAG_MISSING: Rule(
        "{path} holds no internal snapshot {name}: its data is gone, and libvirt would stop the "
        "domain before it notices",
        (
            drop("delete the snapshot", "{name}"),
            provide("tag {name}", "{path}", "restore the image"),
        ),
    ),
    Code.METADATA_FOREIGN: Rule(
        "its metadata names {file}, which is {user}: libvirt would write or remove that file",
        (
            CORRECT,
            when(choose("redefine-from", "name the full dump of this very snapshot"), "restored"),
            when(forget("`forget:` it", "{snapshot}"), "deleted"),
            KEEP_IT,
        ),
    ),
    Code.METADATA_ELSEWHERE: Rule(
        "its metadata names {path}, which does not lie beside the domain's own disks and would be "
        "written or removed",
        (CORRECT, ALLOW),
    ),
}
