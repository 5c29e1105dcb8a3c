"""Refusals about a domain's disks and where they lie: each rule and its way out."""

from reconcile.rules.codes import Code, Rule

RULES: dict[Code, Rule] = {
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
    Code.VOLUME_UNRESOLVED: Rule(
        "disk {target} is the {volume}, which libvirt cannot find now: nothing can be known of it",
        "start or refresh the pool (`virsh pool-start`, `virsh pool-refresh`), then plan again",
    ),
    Code.DISK_TRANSIENT: Rule(
        "disk {target} is transient: while the domain runs, libvirt takes no external snapshot of "
        "it and saves no memory beside it, and a revert would break it",
        "remove `<transient/>` from the definition, or take it while the domain is off",
    ),
    Code.DISK_DATA_FILE: Rule(
        "the image {path} of disk {target} keeps its data in another file, which no internal "
        "snapshot would hold",
        "declare external disks, or convert the image into one without a data file",
    ),
    Code.DISK_NETWORK_OFFLINE: Rule(
        "disk {target} is a network disk: libvirt takes a snapshot of it only while the domain "
        "runs",
        "start the domain, or declare {target} `none` in an external snapshot",
    ),
    Code.DISK_ENCRYPTED: Rule(
        "disk {target} is encrypted: taken while the domain is off, libvirt drops the encryption "
        "from the definition, and the guest no longer starts",
        "start the domain first: what is written after it then is not encrypted",
    ),
    Code.DISK_ENCRYPTED_INTERNAL: Rule(
        "disk {target} is encrypted: QEMU cannot take an internal snapshot of it, and a running "
        "one dies of the attempt",
        "declare external disks, and take it while the domain runs",
    ),
    Code.DISK_ENCRYPTED_REVERT: Rule(
        "disk {target} is encrypted: a revert that leaves the domain off drops the encryption from "
        "the definition, and the guest no longer starts",
        "declare `current: {{run-state: running}}`",
    ),
    Code.DEVICE_UNMIGRATABLE: Rule(
        "the memory of a guest with {device} cannot be saved",
        "declare `memory: none` with external disks, shut the domain off, or detach the device",
    ),
    Code.EXTERNAL_NOT_FILE: Rule(
        "disk {target} lay on a {source} source when it was taken: libvirt reverts external "
        "snapshots of regular files only",
        "delete it, or `forget:` it; declare internal snapshots for this disk",
    ),
    Code.EXTERNAL_NOT_FILE_DELETE: Rule(
        "disk {target} lay on a {source} source when it was taken: libvirt cannot merge into that "
        "while the domain is off",
        "start the domain, then plan again",
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
    Code.OVERLAY_UNNAMED: Rule(
        "disk {target} lies on no regular file, so its overlay has no derived name",
        "name it: `disks: {{{target}: {{snapshot: external, file: /path}}}}`",
    ),
    Code.OVERLAY_FORMAT: Rule(
        "an overlay cannot have the format {format}", "use `driver: qcow2`, or leave it out"
    ),
}
