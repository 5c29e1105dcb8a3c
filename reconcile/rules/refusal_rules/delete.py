"""Refusals about deleting and forgetting: each rule with its ways out."""

from reconcile.model.domain import DomainState
from reconcile.rules.codes import Code, Rule
from reconcile.rules.way_templates import (
    WayTemplate,
    command,
    drop,
    forget,
    keep,
    metadata,
    power,
    provide,
    take,
    upgrade,
    when,
)

KEEP = keep("keep this snapshot", "{snapshot}")


def _first(names: str, what: str = "") -> tuple[WayTemplate, ...]:
    """Ways out: delete these snapshots before the refused one, or keep that one."""
    words = f"delete {what} first: {names}" if what else f"delete {names} first"
    return drop(words, names), KEEP


RULES: dict[Code, Rule] = {
    Code.DELETE_HURTS: Rule(
        "deleting it would destroy {file}, which holds data of snapshot {victim}",
        _first("{victim}"),
    ),
    Code.DELETE_IN_USE: Rule(
        "its metadata names {file} as its own, which the domain runs on: deleting it would remove "
        "that file",
        (
            forget("take its metadata alone away with `forget: [{snapshot}]`", "{snapshot}"),
            metadata(
                "{key}",
                "",
                "correct the metadata (`virsh snapshot-edit {domain!q} {snapshot!q}`)",
            ),
            KEEP,
        ),
    ),
    Code.EXTERNAL_OVERLAY_GONE: Rule(
        "the overlay it lists, {file}, is not in the chain below {child}: libvirt cannot merge it",
        _first("{above}"),
    ),
    Code.FORGET_EXTERNAL: Rule(
        "the data of other snapshots lies on it: without its metadata nobody knows any more",
        (
            forget("forget all that lies on it, too: {branch}", "{branch}"),
            drop("delete it instead, without `forget:`", "{snapshot}"),
            keep("keep it, without `forget:`", "{snapshot}"),
        ),
    ),
    Code.NO_CURRENT: Rule(
        "the domain has no current snapshot: deleting an external one would crash libvirtd",
        (
            command(
                "virsh snapshot-current {domain!q} {owner!q}",
                "say that {owner} is current, whose overlay the domain runs on ({})",
            ),
            when(take("take another snapshot first, without a parent"), "alone"),
            KEEP,
        ),
    ),
    Code.NAME_JOB_ID: Rule(
        "its name holds characters that this libvirt cannot use while the domain is active",
        (power(DomainState.SHUTOFF), KEEP),
    ),
    Code.INTERNAL_ELSEWHERE: Rule(
        "its data lies in {recorded}, but disk {target} runs on {path} now",
        (power(DomainState.SHUTOFF), KEEP),
    ),
    Code.EXTERNAL_OLD_LIBVIRT: Rule(
        "libvirt {version} cannot delete external snapshots", (upgrade("9.0"), KEEP)
    ),
    Code.EXTERNAL_OFFLINE: Rule(
        "libvirt {version} deletes an external snapshot of an inactive domain only where it is "
        "the current leaf",
        (when(power(DomainState.RUNNING), "in_chain"), upgrade("9.9"), KEEP),
    ),
    Code.EXTERNAL_SEVERAL_CHILDREN: Rule(
        "an external snapshot with several children ({children}) cannot be deleted",
        _first("{others}", "all but one of the branches"),
    ),
    Code.EXTERNAL_ACTIVE_NOT_LEAF: Rule(
        "it is the current external snapshot and has children ({children})",
        _first("{branch}", "all that lies on it"),
    ),
    Code.EXTERNAL_OFF_CHAIN: Rule(
        "it is external, has children and is not in the chain that the domain runs on",
        _first("{branch}", "the branch above it"),
    ),
    Code.EXTERNAL_SIDE_BRANCH: Rule(
        "another branch hangs below it, and libvirt {version} may crash while deleting it",
        (
            drop("delete that branch first: {others}", "{others}"),
            upgrade("12.8"),
            KEEP,
        ),
    ),
    Code.EXTERNAL_INTERNAL_CHILD: Rule(
        "its child {child} is internal and lies in the overlay that deleting it would remove",
        _first("{child}"),
    ),
    Code.EXTERNAL_INTERNAL_PARENT: Rule(
        "its parent {parent} is internal: libvirt cannot merge an external snapshot into it",
        _first("{parent}"),
    ),
    Code.DISK_DETACHED: Rule(
        "its disk {target} is not attached to the domain any more: libvirt could not merge it",
        (
            command(
                "virsh attach-disk {domain!q} {overlay!q} {target!q} --driver qemu --subdriver "
                "qcow2 --persistent",
                "attach the disk again for the time being ({})",
            ),
        ),
    ),
    Code.IMAGE_AWAY: Rule(
        "{path}, which holds its data, does not exist: libvirt would call the delete done, and "
        "its data would stay wherever that image is now",
        (
            provide("file", "{path}", "put the image back"),
            forget("let libvirt forget it (`forget: [{snapshot}]`)", "{snapshot}"),
        ),
    ),
    Code.EXTERNAL_NO_DISK: Rule(
        "libvirt {version} cannot delete an external snapshot of the memory alone",
        (upgrade("9.1"), KEEP),
    ),
    Code.EXTERNAL_UNKNOWN_BASE: Rule(
        "the file that disk {target} lay on when it was taken is not in its metadata",
        (
            command(
                "virsh snapshot-create {domain!q} DUMP --redefine",
                "restore its metadata from a full dump ({})",
            ),
            KEEP,
        ),
    ),
}
