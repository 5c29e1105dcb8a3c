"""Refusals about files and images of the host: each rule and its way out."""

from reconcile.rules.codes import Code, Rule

RULES: dict[Code, Rule] = {
    Code.IMAGE_SHARED: Rule(
        "it would change or remove {file}, which {user} lies on",
        "give that domain an image of its own first (`qemu-img convert`, or `virsh blockpull` "
        "while it runs), or keep this snapshot",
    ),
    Code.IMAGE_OPEN: Rule(
        "it would write to {file}, which {user} has open",
        "shut that domain off first, then plan again",
    ),
    Code.IMAGE_WRITTEN: Rule(
        "{file} would hold its data, and {user} writes to that image",
        "give each domain an image of its own",
    ),
    Code.FILE_CLAIMED: Rule(
        "{user} makes or changes {file} in this same run",
        "name another file under `disks:` or `memory:`, or apply one of them first, with --target",
    ),
    Code.CHAIN_UNREAD: Rule(
        "{user} lies on {file}, which cannot be read: it may lie on what this would change",
        "run reconcile as a user who may read that image, or repair it",
    ),
    Code.CHAIN_DIFFERS: Rule(
        "disk {target} lies otherwise than its snapshots say: {chain}; somebody changed the chain "
        "by hand",
        "{way}",
    ),
    Code.OVERLAY_GONE: Rule(
        "the image {path}, on which disk {target} lies, is gone",
        "revert to a snapshot (libvirt 9.9 or newer makes a new overlay), or restore the file",
    ),
    Code.DATA_LOST: Rule(
        "its data is {state}: somebody removed, merged or wrote to the image that held it",
        "`forget:` it: only its metadata is left",
    ),
    Code.DATA_DIFFERS: Rule(
        "the images that hold the data of {name} lie otherwise than its metadata says: nobody "
        "can know what a revert would bring back",
        "`forget:` the snapshots whose chain was changed by hand, and take new ones",
    ),
    Code.FILE_NAME_LONG: Rule(
        "the file name of {path} would have {length} bytes; file systems take {limit}",
        "name the file under `disks:` or `memory:`, or give the image a shorter name",
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
    Code.METADATA_FOREIGN: Rule(
        "its metadata names {file}, which is {user}: libvirt would write or remove that file",
        "restore its metadata from a full dump of this very domain, or `forget:` it",
    ),
    Code.METADATA_ELSEWHERE: Rule(
        "its metadata names {path}, which does not lie beside the domain's own disks and would be "
        "written or removed",
        "correct the metadata, or allow the directory with --allow-path",
    ),
}
