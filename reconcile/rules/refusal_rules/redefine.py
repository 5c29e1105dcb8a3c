"""Refusals about rewriting, copying and restoring metadata: each rule with its ways out."""

from reconcile.rules.codes import Code, Rule
from reconcile.rules.way_templates import choose, declare, keep, undeclare, when

RULES: dict[Code, Rule] = {
    Code.COPY_INTERNAL: Rule(
        "{source} is internal: its data answers only to the name it was taken under",
        (
            when(declare("name", "{source}", "keep its name: `name: {source}`"), "renamed"),
            undeclare("{key}", "take a new snapshot: remove `{key}`"),
        ),
    ),
    Code.COPY_ELSEWHERE: Rule(
        "a copy of {source} must have the same parent: its data lies on that one's",
        (
            declare("parent", "{parent}", "declare it below {parent}"),
            when(undeclare("parent", "declare it without a parent, as that one is"), "root"),
        ),
    ),
    Code.COPY_MISSING: Rule(
        "the host has no snapshot {source}",
        (choose("clone-of", "correct the name"), undeclare("clone-of", "remove `clone-of`")),
    ),
    Code.DUMP_WRONG: Rule(
        "{file} is not its full dump: {why}",
        (
            when(
                choose(
                    "redefine-from",
                    "name a file made by `virsh snapshot-dumpxml --security-info` of this very "
                    "snapshot",
                ),
                "other",
            ),
            declare("parent", "{there}", "declare it below {there}"),
            when(undeclare("parent", "declare it without a parent"), "root"),
            when(undeclare("redefine-from", "take it anew, without `redefine-from`"), "missing"),
        ),
    ),
    Code.DUMP_CURRENT: Rule(
        "which of the restored snapshots is current cannot be told from the domain's disks",
        (choose("current", "declare `current:`", of=""),),
    ),
    Code.NO_EMBEDDED_DOMAIN: Rule(
        "its metadata holds no domain definition, so libvirt cannot rewrite it safely",
        (choose("ignore", "leave it unmanaged with `ignore:`", of=""),),
    ),
    Code.METADATA_TOO_LONG: Rule(
        "its metadata would exceed 1 MiB, and libvirt would not load it again",
        (choose("description", "shorten the description or the labels"),),
    ),
    Code.PARENT_CYCLE: Rule(
        "its parent is {observed} on the host, and {desired} lies below it",
        (keep("declare the parent that it has", "{snapshot}"),),
    ),
    Code.POINTER_EXTERNAL: Rule(
        "the tree holds external snapshots ({external}): moving the pointer alone would make "
        "libvirt remove the wrong files later",
        (declare("current.via", "revert", "use `via: revert`", of=""),),
    ),
    Code.REPARENT_EXTERNAL: Rule(
        "its parent is {observed} on the host and {desired} in the manifest, but external "
        "snapshots hold data by their place in the tree",
        (keep("declare the parent that it has", "{snapshot}"),),
    ),
}
