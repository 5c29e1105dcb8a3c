"""Refusals about deleting and forgetting: each rule and its way out."""

from reconcile.rules.codes import Code, Rule

RULES: dict[Code, Rule] = {
    Code.DELETE_HURTS: Rule(
        "deleting it would destroy {file}, which holds data of snapshot {victim}",
        "delete {victim} first, or keep this snapshot",
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
    Code.FORGET_EXTERNAL: Rule(
        "the data of other snapshots lies on it: without its metadata nobody knows any more",
        "forget external snapshots from the leaves, and no current one",
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
}
