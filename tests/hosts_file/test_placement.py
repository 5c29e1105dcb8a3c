"""Which hosts a tree is for, and what is refused before anything is connected to."""

import pytest

from reconcile.errors import (
    ManifestError,
    NoHostsFileError,
    UnlistedHostError,
    UnmatchedHostsError,
)
from reconcile.hosts_file.placement import HostChoice, place
from reconcile.model.desired import DesiredSnapshot, DesiredTree, Position
from reconcile.model.frozen import FrozenMapping
from reconcile.model.hosts import DeclaredHost, HostsFile
from reconcile.model.snapshot import DiskKind, Memory, MemoryKind, SnapshotDisk

HOSTS = {
    "kvm1": DeclaredHost("qemu+ssh://kvm1/system", "kvm1"),
    "kvm2": DeclaredHost("qemu+ext:///system?command=x", "kvm2", 2, (("/images", "/srv/images"),)),
    "store": DeclaredHost("qemu:///system", "store"),
}
GROUPS = {"lab": ("kvm1", "kvm2")}
TRUSTED = HostsFile("h.yaml", FrozenMapping(HOSTS), FrozenMapping(GROUPS), trusted=True)
FOUND = HostsFile("h.yaml", FrozenMapping(HOSTS), FrozenMapping(GROUPS))
AT = Position("a.yaml", 3, 1)


def tree(connect: str | None, *snapshots: DesiredSnapshot) -> DesiredTree:
    return DesiredTree(("web01",), AT, connect=connect, snapshots=snapshots)


def uris(connect: str | None, choice: HostChoice) -> list[str | None]:
    return [each.host.uri for each in place([tree(connect)], choice)]


def refused(connect: str | None, choice: HostChoice) -> tuple[str, str]:
    with pytest.raises(ManifestError) as caught:
        place([tree(connect)], choice)
    (problem,) = caught.value.problems
    assert problem.position == AT
    assert problem.path == "connect"
    return problem.message, problem.remedy


@pytest.mark.parametrize(
    ("connect", "choice", "expected"),
    [
        (None, HostChoice(), [None]),
        ("qemu:///system", HostChoice(), ["qemu:///system"]),
        (None, HostChoice(connect="qemu:///x"), ["qemu:///x"]),
        ("qemu:/system", HostChoice(connect="qemu:///system"), ["qemu:/system"]),
        ("kvm1", HostChoice(TRUSTED), ["qemu+ssh://kvm1/system"]),
        ("lab", HostChoice(TRUSTED), ["qemu+ssh://kvm1/system", "qemu+ext:///system?command=x"]),
        ("lab", HostChoice(TRUSTED, on=("*1",)), ["qemu+ssh://kvm1/system"]),
        ("lab", HostChoice(TRUSTED, "kvm1"), ["qemu+ssh://kvm1/system"]),
        ("lab", HostChoice(TRUSTED, "qemu+ssh://kvm1/system"), ["qemu+ssh://kvm1/system"]),
        (None, HostChoice(TRUSTED, "store"), ["qemu:///system"]),
        ("store", HostChoice(FOUND, "qemu:///system"), ["qemu:///system"]),
        (None, HostChoice(FOUND, "qemu:///session"), ["qemu:///session"]),
    ],
)
def test_hosts(connect: str | None, choice: HostChoice, expected: list[str | None]) -> None:
    assert uris(connect, choice) == expected


def test_connect_binds_a_run_to_one_host() -> None:
    message, remedy = refused("qemu:///session", HostChoice(connect="qemu:///system"))
    assert message == 'names "qemu:///session", but --connect binds this run to another host'
    assert remedy == "leave --connect out, or give only manifests of that host"
    assert refused("kvm2", HostChoice(TRUSTED, "kvm1"))[0].startswith('names "kvm2", but')
    assert refused("kvm2", HostChoice(FOUND, "qemu:///system"))[0].startswith('names "kvm2", but')


def test_a_hosts_file_lists_all_that_may_be_named() -> None:
    assert refused("qemu:///session", HostChoice(TRUSTED)) == (
        '"qemu:///session" is no host or group of h.yaml',
        "name a host or group of that file",
    )
    assert refused("kvm3", HostChoice(FOUND))[1] == 'did you mean "kvm2"?'
    assert refused("qemu:///system", HostChoice(FOUND))[1] == 'write "store", its name there'
    assert refused("kvm3", HostChoice(TRUSTED, "kvm1"))[0].startswith('"kvm3" is no host')


def test_no_default_host_is_connected_to_beside_a_hosts_file() -> None:
    message, remedy = refused(None, HostChoice(TRUSTED))
    assert message == "says no host, and h.yaml says which there are"
    assert remedy.startswith("add `connect: NAME`")


def test_connect_names_a_host_of_a_trusted_file() -> None:
    with pytest.raises(UnlistedHostError):
        place([tree("kvm1")], HostChoice(TRUSTED, "qemu:///session"))
    with pytest.raises(UnlistedHostError):
        place([tree("lab")], HostChoice(TRUSTED, "lab"))


def test_on_matches_hosts_of_these_manifests() -> None:
    with pytest.raises(NoHostsFileError):
        place([tree(None)], HostChoice(on=("kvm1",)))
    for glob in ("nobody", "store"):
        with pytest.raises(UnmatchedHostsError, match=f'--on "{glob}" matches no host or group'):
            place([tree("lab")], HostChoice(TRUSTED, on=(glob,)))


def test_files_are_where_the_host_has_them() -> None:
    memory = Memory(MemoryKind.EXTERNAL, "/images/a.mem")
    disks = (
        SnapshotDisk("vda", DiskKind.EXTERNAL, "/images/deep/a.qcow2"),
        SnapshotDisk("vdb", DiskKind.EXTERNAL, "/images2/b.qcow2"),
        SnapshotDisk("vdc", DiskKind.INTERNAL),
    )
    entry = DesiredSnapshot("base", None, AT, memory=memory, disks=disks)
    first, second = place([tree("lab", entry)], HostChoice(TRUSTED))
    assert first.tree.snapshots == (entry,)
    (mapped,) = second.tree.snapshots
    assert mapped.memory == Memory(MemoryKind.EXTERNAL, "/srv/images/a.mem")
    assert [each.file for each in mapped.disks or ()] == [
        "/srv/images/deep/a.qcow2",
        "/images2/b.qcow2",
        None,
    ]


def test_the_longest_folder_of_a_path_map_counts() -> None:
    host = DeclaredHost(None, path_map=(("/a", "/x"), ("/a/b", "/y")))
    assert [host.path(each) for each in ("/a/b/c", "/a/c", "/a", "/ab/c")] == [
        "/y/c",
        "/x/c",
        "/x",
        "/ab/c",
    ]
