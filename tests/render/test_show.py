"""A snapshot as it is drawn and told as JSON, with text of a hostile host in every place."""

import json
from typing import Final

from jsonschema import Draft202012Validator

from reconcile.model.fact import Fact
from reconcile.model.identity import DomainId, HostId
from reconcile.model.shown_snapshot import FileRole, SnapshotFile
from reconcile.model.snapshot import DataState, DiskKind, MemoryKind
from reconcile.render.json_show import shown_domain_json, shown_snapshot_json
from reconcile.render.text_show import show_domain, show_snapshot
from reconcile.views.plan import RefusalView
from reconcile.views.shown_domain import DomainView
from reconcile.views.shown_snapshot import PossibleView, SnapshotView
from reconcile.views.snapshot_list import SnapshotRowView
from tests.harness.schemas import open_objects, schema, unexplained
from tests.render.screen import printed

SCHEMA: Final = schema("show-v1")
EVIL: Final = "::set-env::\n\x1b[31mx\x9b2J"
DOMAIN: Final = DomainId(HostId("qemu/system@kvm1", EVIL), "1", EVIL)
ROW: Final = SnapshotRowView(EVIL, EVIL, EVIL, 1 << 62, EVIL, owned=True)
VIEW: Final = SnapshotView(
    domain=DOMAIN,
    row=ROW,
    memory=MemoryKind.EXTERNAL,
    disks=((EVIL, DiskKind.EXTERNAL),),
    children=2,
    descendants=5,
    metadata=True,
    revision=EVIL,
    labels=((EVIL, EVIL),),
    data=DataState.DIFFERS,
    files=tuple(SnapshotFile(FileRole.DATA, EVIL, EVIL, fact, None) for fact in Fact),
    possible=(
        PossibleView("revert", removed=(EVIL,), notes=(EVIL,)),
        PossibleView("delete", refusals=(RefusalView(EVIL, EVIL, EVIL, EVIL),)),
        PossibleView("forget"),
    ),
)
TREE: Final = DomainView(
    DOMAIN,
    EVIL,
    persistent=False,
    managed_save=True,
    checkpoints=(EVIL,),
    disks=(),
    snapshots=(ROW,),
)


def test_the_schema_explains_all() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert unexplained(SCHEMA) == []
    assert open_objects(SCHEMA) == []


def test_nothing_commands_a_terminal_or_a_runner() -> None:
    shown = printed(lambda console: show_snapshot(console, VIEW, 0))
    tree = printed(lambda console: show_domain(console, TREE, 0))
    for text in (shown, tree):
        assert not {"\x1b", "\x9b"} & {*text}
        assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    assert "2, with all below 5" in shown


def test_the_json_keeps_to_its_schema() -> None:
    Draft202012Validator(SCHEMA).validate(json.loads(json.dumps(shown_snapshot_json(VIEW))))


def test_a_domain_without_snapshots() -> None:
    view = DomainView(DOMAIN, "running", True, False, (), (), ())
    Draft202012Validator(SCHEMA).validate(shown_domain_json(view))
    assert printed(lambda console: show_domain(console, view, 0)).endswith("  no snapshots\n")
