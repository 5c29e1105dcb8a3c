"""Refusals about rewriting, copying and restoring metadata: each rule and its way out."""

from reconcile.rules.codes import Code, Rule

RULES: dict[Code, Rule] = {
    Code.COPY_INTERNAL: Rule(
        "{source} is internal: its data answers only to the name it was taken under",
        "keep its name, or take a new snapshot",
    ),
    Code.COPY_ELSEWHERE: Rule(
        "a copy of {source} must have the same parent: its data lies on that one's",
        "declare it below {parent}",
    ),
    Code.COPY_MISSING: Rule("the host has no snapshot {source}", "correct the name"),
    Code.DUMP_WRONG: Rule(
        "{file} is not its full dump: {why}",
        "name a file made by `virsh snapshot-dumpxml --security-info` of this very snapshot",
    ),
    Code.DUMP_CURRENT: Rule(
        "which of the restored snapshots is current cannot be told from the domain's disks",
        "declare `current:`",
    ),
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
}
