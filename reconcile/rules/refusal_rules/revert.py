"""Refusals about reverting, and domains that are not ready: each rule and its way out."""

from reconcile.rules.codes import Code, Rule

RULES: dict[Code, Rule] = {
    Code.MEDIUM_MISSING: Rule(
        "{user} would come back with the medium {path}, which does not exist: libvirt would stop "
        "the domain and then fail",
        "put the medium back, then plan again",
    ),
    Code.NETWORK_MISSING: Rule(
        "{user} would come back on the network {path}, which is not active: libvirt would stop the "
        "domain and then fail",
        "start that network (`virsh net-start {path}`), then plan again",
    ),
    Code.DEVICE_MISSING: Rule(
        "{user} would come back with the host device {path}, which this host has not: libvirt "
        "would stop the domain and then fail",
        "attach the device to the host, then plan again",
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
    Code.DELETE_IN_PROGRESS: Rule(
        "an earlier delete into snapshot {flagged} was cut off and is not finished",
        "finish it first: delete the same snapshot again with virsh",
    ),
    Code.SNAPSHOT_GONE: Rule("the host has no such snapshot", "plan again"),
    Code.TEST_DRIVER: Rule("libvirt's test driver cannot {what}", "use a real hypervisor"),
}
