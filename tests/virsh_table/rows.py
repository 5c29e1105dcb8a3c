"""Commands of virsh beside the manifests that ask for the same, as they are put to two domains."""

from dataclasses import dataclass
from typing import Final, Literal

Call = tuple[str, ...]
"""A command of virsh and its options, without the domain, which is its first argument."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Calls of virsh, and a manifest without its first lines that gives the same when applied."""

    calls: tuple[Call, ...]
    manifest: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of commands: stages on a domain in this state, and whether they need libvirt 9.9."""

    name: str
    stages: tuple[Stage, ...]
    state: Literal["shutoff", "running", "paused"] = "shutoff"
    reverts_external: bool = False


def create(name: str, *options: str) -> Call:
    """A call of `snapshot-create-as`."""
    return ("snapshot-create-as", name, *options)


CHAIN: Final = Stage(
    (create("a"), create("b", "--description", "B"), create("c")),
    "snapshots: [{name: a, children: [{name: b, description: B, children: [{name: c}]}]}]",
)
OVERLAYS: Final = "defaults: {memory: none, disks: {vda: external}}\n"
EXTERNAL: Final = Stage(
    tuple(create(name, "--disk-only", "--atomic") for name in "abc"),
    OVERLAYS + "snapshots: [{name: a, children: [{name: b, children: [{name: c}]}]}]",
)
LIVE: Final = "--memspec={folder}/saved,snapshot=external"

ROWS: Final = (
    Row("create internal", (CHAIN,)),
    Row("create internal of a paused domain", (CHAIN,), "paused"),
    Row("create --disk-only --atomic", (EXTERNAL,)),
    Row("create --disk-only of a paused domain", (EXTERNAL,), "paused"),
    Row(
        "create --diskspec",
        (
            Stage(
                (create("a", "--disk-only", "--diskspec", "vda,file={folder}/vda-top"),),
                "snapshots:\n- name: a\n"
                "  disks: {vda: {snapshot: external, file: '{folder}/vda-top'}}",
            ),
        ),
    ),
    Row(
        "create --memspec --live",
        (
            Stage(
                (create("a", "--live", LIVE, "--diskspec", "vda,snapshot=external"),),
                "snapshots: [{name: a, memory: {external: '{folder}/saved'},"
                " disks: {vda: external}, capture: {live: true}}]",
            ),
        ),
        "running",
    ),
    Row(
        "create --halt",
        (
            Stage(
                (create("a", "--halt"),),
                "snapshots: [{name: a, capture: {halt: true}}]",
            ),
        ),
        "paused",
    ),
    Row(
        "create --no-metadata",
        (
            Stage(
                (create("a", "--disk-only", "--no-metadata"),),
                OVERLAYS + "snapshots: [{name: a, capture: {metadata: discard}}]",
            ),
        ),
    ),
    Row(
        "current",
        (
            CHAIN,
            Stage(
                (("snapshot-current", "a"),),
                "current: {snapshot: a, via: pointer}\n" + CHAIN.manifest,
            ),
        ),
    ),
    Row(
        "revert",
        (CHAIN, Stage((("snapshot-revert", "a"),), "current: a\n" + CHAIN.manifest)),
    ),
    Row(
        "revert --running",
        (
            CHAIN,
            Stage(
                (("snapshot-revert", "a", "--running"),),
                "current: {snapshot: a, run-state: running}\n" + CHAIN.manifest,
            ),
        ),
    ),
    Row(
        "revert --paused",
        (
            CHAIN,
            Stage(
                (("snapshot-revert", "a", "--paused"),),
                "current: {snapshot: a, run-state: paused}\n" + CHAIN.manifest,
            ),
        ),
        "paused",
    ),
    Row(
        "revert to an external snapshot",
        (
            EXTERNAL,
            Stage(
                (("snapshot-revert", "c"),),
                "current: {snapshot: c, revert: always}\n" + EXTERNAL.manifest,
            ),
        ),
        reverts_external=True,
    ),
    Row(
        "delete",
        (
            CHAIN,
            Stage((("snapshot-delete", "b"),), "snapshots: [{name: a, children: [{name: c}]}]"),
        ),
    ),
    Row(
        "delete --children",
        (CHAIN, Stage((("snapshot-delete", "b", "--children"),), "snapshots: [{name: a}]")),
    ),
    Row(
        "delete --children-only",
        (CHAIN, Stage((("snapshot-delete", "a", "--children-only"),), "snapshots: [{name: a}]")),
    ),
    Row(
        "delete --metadata",
        (
            CHAIN,
            Stage(
                (("snapshot-delete", "c", "--metadata"),),
                "forget: [c]\nsnapshots: [{name: a, children: [{name: b}]}]",
            ),
        ),
    ),
)
