"""Refusals about a domain's disks and where they lie: each rule with its ways out."""

from reconcile.model.domain import DomainState
from reconcile.rules.codes import Code, Rule
from reconcile.rules.refusal_rules.delete import KEEP
from reconcile.rules.way_templates import (
    choose,
    command,
    declare,
    define,
    forget,
    metadata,
    option,
    power,
    provide,
    when,
)

RUNNING, SHUTOFF = DomainState.RUNNING, DomainState.SHUTOFF
OUTSIDE = declare("", "{{disks: external, memory: {outside}}}", "declare external disks")
ALLOW = option("--allow-path", "{folder}", "allow its directory with --allow-path")

RULES: dict[Code, Rule] = {
    Code.DISK_UNKNOWN: Rule(
        "the domain has no disk {target}; it has {known}",
        (choose("disks.{target}", "correct the target under `disks:`"),),
    ),
    Code.DISK_READONLY: Rule(
        "disk {target} is read-only or removable: libvirt takes no snapshot of it",
        (declare("disks.{target}", "none", "declare it `none`, or leave it out"),),
    ),
    Code.DISK_EXCLUDED: Rule(
        "an internal snapshot takes every writable disk, but {target} is left out",
        (
            when(declare("disks.{target}", "internal", "declare {target} internal"), "possible"),
            declare(
                "",
                "{{disks: external, disks.{target}: none, memory: {outside}}}",
                "declare all other disks external",
            ),
        ),
    ),
    Code.DISK_SHAREABLE: Rule(
        "disk {target} is shareable: libvirt refuses a snapshot of it",
        (when(declare("disks.{target}", "none", "declare it `none`"), "taken"),),
    ),
    Code.STEMS_EQUAL: Rule(
        "the images of disks {first} and {second} both begin with {stem}: a revert would give "
        "their overlays one name, and libvirt refuses that",
        (),
    ),
    Code.DISK_MANUAL: Rule(
        "disk {target} is `manual`: a revert would restore nothing on it and report success",
        (
            when(
                choose("disks.{target}", "declare it internal, external or none"),
                "taken",
            ),
        ),
    ),
    Code.DISK_NOT_QCOW2: Rule(
        "disk {target} is {format}: only qcow2 images hold internal snapshots",
        (OUTSIDE, provide("qcow2 image", "{target}", "convert the image to qcow2")),
    ),
    Code.VOLUME_UNRESOLVED: Rule(
        "disk {target} is the {volume}, which libvirt cannot find now: nothing can be known of it",
        (
            provide(
                "volume",
                "{volume}",
                "start or refresh the pool (`virsh pool-start`, `virsh pool-refresh`), then plan "
                "again",
            ),
        ),
    ),
    Code.DISK_TRANSIENT: Rule(
        "disk {target} is transient: libvirt merges no overlay of it, takes no external snapshot "
        "of it while the domain runs and saves no memory beside it, and a revert would break it",
        (
            when(
                define(
                    "disks.{target}.transient", "no", "remove `<transient/>` from the definition"
                ),
                "taken",
            ),
            when(power(SHUTOFF, "take it while the domain is off"), "taken", "disks_alone"),
            when(
                declare("", "{{memory: none, disks: external}}", "leave the memory out"), "memory"
            ),
            when(KEEP, "deleted"),
        ),
    ),
    Code.DISK_DATA_FILE: Rule(
        "the image {path} of disk {target} keeps its data in another file, which no internal "
        "snapshot would hold",
        (
            OUTSIDE,
            provide("no data file", "{target}", "convert the image into one without a data file"),
        ),
    ),
    Code.DISK_NETWORK_OFFLINE: Rule(
        "disk {target} is a network disk: libvirt takes a snapshot of it only while the domain "
        "runs",
        (
            power(RUNNING),
            when(
                declare(
                    "",
                    "{{disks: external, disks.{target}: none}}",
                    "declare {target} `none` in an external snapshot",
                ),
                "others",
            ),
        ),
    ),
    Code.DISK_ENCRYPTED: Rule(
        "disk {target} is encrypted: taken while the domain is off, libvirt drops the encryption "
        "from the definition, and the guest no longer starts",
        (power(RUNNING, "start the domain first: what is written after it then is not encrypted"),),
    ),
    Code.DISK_ENCRYPTED_INTERNAL: Rule(
        "disk {target} is encrypted: QEMU cannot take an internal snapshot of it, and a running "
        "one dies of the attempt",
        (
            declare(
                "",
                "{{disks: external, memory: {outside}}}",
                "declare external disks, and take it while the domain runs",
            ),
        ),
    ),
    Code.DISK_ENCRYPTED_REVERT: Rule(
        "disk {target} is encrypted: a revert without memory drops the encryption from the "
        "definition, and the guest no longer starts",
        (),
    ),
    Code.DEVICE_UNMIGRATABLE: Rule(
        "the memory of a guest with {device} cannot be saved",
        (
            declare(
                "",
                "{{memory: none, disks: external}}",
                "declare `memory: none` with external disks",
            ),
            when(power(SHUTOFF), "internal"),
            define("devices.{device}", "none", "detach the device"),
        ),
    ),
    Code.EXTERNAL_NOT_FILE: Rule(
        "disk {target} lay on a {source} source when it was taken: libvirt reverts external "
        "snapshots of regular files only",
        (),
    ),
    Code.EXTERNAL_NOT_FILE_DELETE: Rule(
        "disk {target} lay on a {source} source when it was taken: libvirt cannot merge into that "
        "while the domain is off",
        (power(RUNNING, "start the domain, then plan again"),),
    ),
    Code.DISKS_MOVED: Rule(
        "the domain runs on {path}, whose content belongs to snapshot {victim}",
        (
            define(
                "disks.{target}.file",
                "{overlay}",
                "shut the domain off and set that path back to {overlay} (`virsh edit "
                "{domain!q}`), if that file is still there",
            ),
            forget("otherwise `forget:` {names}", "{names}"),
        ),
    ),
    Code.TREE_MISPLACED: Rule(
        "{lying} lies on {file}, an overlay of a snapshot it does not descend from: the current "
        "pointer or a parent was moved without a revert, and libvirt would remove the wrong files",
        (
            when(
                command("virsh snapshot-current {domain!q} {owner!q}", "move the pointer back: {}"),
                "pointer",
            ),
            metadata(
                "parent",
                "{owner}",
                "give {moved} its parent {owner} back (`virsh snapshot-edit {domain!q} {moved!q}`)",
                of="{moved}",
            ),
        ),
    ),
    Code.OVERLAY_UNNAMED: Rule(
        "disk {target} lies on no regular file, so its overlay has no derived name",
        (
            choose(
                "disks.{target}.file",
                "name it: `disks: {{{target}: {{snapshot: external, file: /path}}}}`",
            ),
        ),
    ),
    Code.OVERLAY_FORMAT: Rule(
        "an overlay cannot have the format {format}",
        (declare("disks.{target}.driver", "qcow2", "use `driver: qcow2`, or leave it out"),),
    ),
}
