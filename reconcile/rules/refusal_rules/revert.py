"""Refusals about reverting, and domains that are not ready: each rule with its ways out."""

from reconcile.model.domain import DomainState
from reconcile.rules.codes import Code, Rule
from reconcile.rules.way_templates import (
    again,
    command,
    declare,
    define,
    drop,
    none,
    power,
    provide,
    take,
    upgrade,
    when,
)

RULES: dict[Code, Rule] = {
    Code.MEDIUM_MISSING: Rule(
        "{user} would come back with the medium {path}, which does not exist: libvirt would stop "
        "the domain and then fail",
        (provide("file", "{path}", "put the medium back, then plan again"),),
    ),
    Code.NETWORK_MISSING: Rule(
        "{user} would come back on the network {path}, which is not active: libvirt would stop the "
        "domain and then fail",
        (
            provide(
                "network",
                "{path}",
                "define that network if it is gone, start it (`virsh net-start {path!q}`), then "
                "plan again",
            ),
        ),
    ),
    Code.DEVICE_MISSING: Rule(
        "{user} would come back with the host device {path}, which this host has not: libvirt "
        "would stop the domain and then fail",
        (provide("device", "{path}", "attach the device to the host, then plan again"),),
    ),
    Code.SECRET_MISSING: Rule(
        "it needs libvirt's secret {path} for {user}, which does not exist: libvirt would stop the "
        "domain and then fail",
        (
            provide(
                "secret",
                "{path}",
                "define that secret again (`virsh secret-define`, `virsh secret-set-value`), then "
                "plan again",
            ),
        ),
    ),
    Code.MACHINE_UNKNOWN: Rule(
        "{user} {path} of its definition is unknown to this host: libvirt would stop the domain "
        "and then fail",
        (
            provide(
                "machine",
                "{path}",
                "install the emulator that it was taken with, or set up what that needed, then "
                "plan again",
            ),
        ),
    ),
    Code.MEMORY_DAMAGED: Rule(
        "its memory file {path} {why}: libvirt would stop the domain and then fail",
        (
            provide("memory", "{path}", "restore the file as it was taken, then plan again"),
            drop("delete the snapshot", "{snapshot}"),
        ),
    ),
    Code.IMAGE_BITMAPS: Rule(
        "{path} holds dirty bitmaps ({bitmaps}), with which QEMU goes back to no internal "
        "snapshot: libvirt would stop the domain and then fail",
        (
            command(
                "{commands}",
                "remove them while the domain is off, so that the next backup is a full one ({})",
            ),
        ),
    ),
    Code.TRANSIENT: Rule(
        "the domain is transient and would vanish with a revert to a stopped state",
        (
            declare(
                "current.run-state", "running", "declare `current: {{run-state: running}}`", of=""
            ),
            define("persistent", "yes", "define the domain (`virsh dumpxml`, `virsh define`)"),
        ),
    ),
    Code.NAME_DIGITS: Rule(
        "its name is a number: an offline revert would take it for the ID of another snapshot", ()
    ),
    Code.NAME_JOB_ID_REVERT: Rule(
        "its name holds characters that this libvirt cannot use to load its memory", ()
    ),
    Code.REVERT_EXTERNAL: Rule(
        "libvirt {version} cannot revert to an external snapshot", (upgrade("9.9"),)
    ),
    Code.NO_CURRENT_REVERT: Rule(
        "the domain has no current snapshot: reverting to an external one would crash libvirtd",
        (take("take another snapshot first, without a parent"),),
    ),
    Code.REVERT_HURTS: Rule(
        "the revert would destroy {file}, which holds data of snapshot {victim}",
        (
            take("take another snapshot below {current} first", "{current}"),
            drop("delete {victim}", "{victim}"),
        ),
    ),
    Code.REVERT_EXCLUDED: Rule(
        "disk {target} was left out of it and runs on {path} now, on {base} then: it would go "
        "back to something between",
        (),
    ),
    Code.MANAGED_SAVE: Rule(
        "the domain has a managed save image, which would later win over the disks as they are",
        (
            power(DomainState.RUNNING),
            command("virsh managedsave-remove {domain!q}", "drop the image with {}"),
        ),
    ),
    Code.CHECKPOINTS: Rule(
        "the domain has checkpoints ({checkpoints}), which this libvirt cannot combine with it",
        (
            command("{commands}", "delete the checkpoints ({})"),
            when(power(DomainState.RUNNING), "running_helps"),
            declare("", "{{disks: external, memory: {outside}}}", "declare external disks"),
        ),
    ),
    Code.BLOCK_JOB: Rule(
        "a block job runs on disk {target}",
        (
            again("let it end, then plan again"),
            command("virsh blockjob {domain!q} {target!q} --abort", "cancel it ({})"),
        ),
    ),
    Code.DELETE_IN_PROGRESS: Rule(
        "an earlier delete into snapshot {flagged} was cut off and is not finished",
        (
            command(
                "virsh snapshot-delete {domain!q} {child!q}",
                "finish it first: delete the same snapshot again ({})",
            ),
        ),
    ),
    Code.SNAPSHOT_GONE: Rule("the host has no such snapshot", (again(),)),
    Code.TEST_DRIVER: Rule("libvirt's test driver cannot {what}", (none("use a real hypervisor"),)),
}
