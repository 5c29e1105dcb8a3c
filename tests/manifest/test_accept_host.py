"""A manifest is made to declare what the host holds: its plan is empty, and the rest is kept."""

from dataclasses import replace

import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from reconcile.fleet.apply import settled
from reconcile.manifest.accept_host import accepting
from reconcile.manifest.declared_text import declared
from reconcile.manifest.edit import edited
from reconcile.manifest.import_tree import import_tree
from reconcile.manifest.load import load_text
from reconcile.manifest.write_document import document
from reconcile.model.domain import Domain
from reconcile.model.host import Host
from reconcile.plan.planner import plan_domain
from tests.harness.identity import HERE
from tests.plan import manifests
from tests.properties.profile import examples
from tests.properties.wishes import ownerships, wishes
from tests.properties.worlds import World, worlds
from tests.rules.notation import FORKY, grown


def updated(text: str, now: Domain) -> str:
    """The text after every edit that it needs, none of which is blocked."""
    (desired,) = load_text(text, "web01.yaml")
    made = edited(text, 0, accepting(desired, now, declared(text, 0).head))
    assert made.blocked == ()
    (read,) = load_text(made.text, "web01.yaml")
    plan = plan_domain(replace(settled(read), adopt=False), now, Host(HERE, FORKY))
    assert [(step.action, step.changes) for step in plan.steps] == []
    assert [each.message for each in plan.refusals] == []
    assert accepting(read, now, declared(made.text, 0).head) == ()
    return made.text


@given(worlds(longest=9), st.data())
@examples(40)
def test_any_declaration_is_brought_to_what_is_there(world: World, data: st.DataObject) -> None:
    now = data.draw(ownerships(world.now))
    assume(now.tree)
    wish = replace(data.draw(wishes(now)), ignore=())
    assume(wish.snapshots)
    text = yaml.safe_dump(manifests.document(wish), sort_keys=False)
    updated(text, now)


@given(worlds(longest=12))
@examples(40)
def test_what_was_imported_follows_the_host(world: World) -> None:
    """What happened since the middle of a history is brought in; nothing is, the second time."""
    half = world.events[len(world.events) // 2].before if world.events else world.now
    imported = import_tree(half)
    assume(imported.desired.snapshots)
    assume(world.now.tree)
    text = updated(document(imported.desired, {}), world.now)
    assert updated(text, world.now) == text


HAND_WRITTEN = """\
# the web server's tree
apiVersion: reconcile/v1
domain: web01
adopt: false
current:   A   # the golden one

defaults: {disks: {vda: external, vdb: external}}
snapshots:
  # never delete it
  - name: A          # first
    memory:  none
    disks:
      vdb: none
"""


def test_lines_that_need_no_change_stay() -> None:
    now = grown("ext A, ext B")
    now = replace(now, tree=now.tree.put(replace(now.tree["B"], description="by\nhand")))
    text = updated(HAND_WRITTEN, now)
    assert text == HAND_WRITTEN.replace("  A   #", "  B   #") + (
        "    children:\n"
        "      - name: B\n"
        '        description: "by\\nhand"\n'
        "        memory: none\n"
        "        disks: {vdb: none}\n"
    )
