"""A rename is told as one step everywhere: plan, its JSON, events and outcome."""

import json
from dataclasses import replace

from jsonschema import Draft202012Validator
from rich.console import Console

from reconcile.model.desired import DesiredTree
from reconcile.model.domain import Domain
from reconcile.model.event import StepBegan, StepEnded
from reconcile.model.outcome import DomainOutcome, Status, StepOutcome, StepState
from reconcile.model.plan import DomainPlan
from reconcile.model.told_step import told_steps
from reconcile.plan.planner import plan_of
from reconcile.planfile.encode import encode
from reconcile.render.json_events import event_json
from reconcile.render.text_events import PlainEvents
from reconcile.render.text_outcome import show_outcome
from reconcile.render.text_plan import show_plan
from reconcile.views.event import event_view
from reconcile.views.outcome import outcome_view
from reconcile.views.plan import plan_view
from tests.harness.schemas import EVENTS, schema
from tests.render.screen import printed
from tests.rules.notation import declared, grown
from tests.views.planned import owned, planned

THREE = grown("ext A, ext B, ext C")


def renamed(drawing: str, **old: str) -> DesiredTree:
    """The declaration, with the old names of some of its entries."""
    tree = declared(drawing, adopt=False)
    entries = (replace(each, renamed_from=old.get(each.name)) for each in tree.snapshots)
    return replace(tree, snapshots=tuple(entries))


def plan(domain: Domain = THREE, drawing: str = "A (bee (C) (new ext))", **old: str) -> DomainPlan:
    return planned(owned(domain, *domain.tree.snapshots), renamed(drawing, **(old or {"bee": "B"})))


def text(made: DomainPlan) -> list[str]:
    found = plan_view(plan_of([made]))
    return printed(lambda console: show_plan(console, found)).splitlines()


def test_the_plan_shows_one_step_and_one_snapshot() -> None:
    made = plan(drawing="A (bee (C))")
    assert [f"{each.action.kind} {each.action.snapshot}" for each in made.steps] == [
        "redefine bee",
        "redefine C",
        "delete B",
    ]
    assert text(made)[:-1] == [
        "web01  qemu:///system",
        "  snapshots",
        "  └── A",
        "      └── → bee (was B)",
        "          └── C (current)",
        "",
        "    1  → rename B → bee  (metadata only, the data stays)",
        "  all of it can be undone",
        "",
    ]
    assert text(made)[-1].startswith("Plan: 1 to rename. ")


def test_what_is_current_is_renamed_without_a_loss() -> None:
    """The pointer cannot be undone alone; nothing is lost, and nothing is said to be."""
    made = plan(drawing="A (B (see))", see="C")
    assert text(made)[6] == "    1  → rename C → see  (metadata only, the data stays)"
    assert not any("no way back" in line or "undone" in line for line in text(made))
    assert plan_view(plan_of([made])).final.steps == ()


def test_numbers_go_by_what_is_told() -> None:
    made = plan(drawing="A (bee (C (new ext)))")
    assert [line[:30] for line in text(made) if line[:5].strip().isdigit()] == [
        "    1  → rename B → bee  (meta",
        "    2  + create new below C",
    ]


def test_the_json_names_the_rename_and_counts_it_as_one() -> None:
    made = plan(drawing="A (bee (C))")
    document = encode(plan_of([made]))
    Draft202012Validator(schema("plan-v1")).validate(document)
    assert document["summary"] == {
        **dict.fromkeys(("create", "redefine", "delete", "revert", "refused", "unmanaged"), 0),
        "rename": 1,
    }
    (domain,) = document["domains"]
    part = {"from": "B", "to": "bee"}
    assert [each["rename"] for each in domain["actions"]] == [part, part, part]


def test_what_is_refused_halfway_is_told_by_its_actions() -> None:
    """No entry is dropped then, so there is no rename to speak of."""
    made = plan(drawing="A (bee (C))")
    cut = replace(made, steps=made.steps[:-1], expected=made.expected[:-1])
    assert [str(each.kind) for each in told_steps(cut.steps)] == ["redefine", "redefine"]
    assert "rename" not in encode(plan_of([cut]))["domains"][0]["actions"][0]


def test_events_tell_of_it_once_with_the_numbers_of_the_plan() -> None:
    made = plan(drawing="A (bee (C (new ext)))")
    told = told_steps(made.steps)
    actions = [each.action for each in made.steps]
    began = [StepBegan(made.id, n, 4, each, told=told) for n, each in enumerate(actions, 1)]
    undone = [replace(each, undoing=True) for each in reversed(began)]

    def shown(events: list[StepBegan]) -> list[str]:
        def draw(console: Console) -> None:
            plain = PlainEvents(console)
            for each in events:
                plain.tell(event_view(each))

        return printed(draw).splitlines()

    assert shown(began) == ["web01  1/2 rename B to bee", "web01  2/2 create new"]
    assert shown(undone) == ["web01  undoing 2/2 create new", "web01  undoing 1/2 rename B to bee"]


def test_events_as_json_keep_their_steps_and_name_the_rename() -> None:
    made = plan(drawing="A (bee (C))")
    told = told_steps(made.steps)
    action = made.steps[2].action
    lines = (
        event_json(event_view(StepBegan(made.id, 3, 3, action, told=told))),
        event_json(event_view(StepEnded(made.id, 3, 3, action, StepState.DONE, told))),
    )
    for line in lines:
        EVENTS.validate(json.loads(json.dumps(line)))
        assert (line["step"], line["action"], line["snapshot"]) == (3, "delete", "B")
        assert line["rename"] == {"from": "B", "to": "bee"}


def test_the_outcome_tells_of_one_step_where_all_of_it_ended_alike() -> None:
    made = plan(drawing="A (bee (C))")

    def shown(*states: StepState) -> list[str]:
        found = (StepOutcome(step, each) for step, each in zip(made.steps, states, strict=True))
        view = outcome_view(DomainOutcome(made.id, Status.APPLIED, tuple(found)))
        return printed(lambda console: show_outcome(console, view)).splitlines()[1:]

    done, not_started = StepState.DONE, StepState.NOT_STARTED
    assert shown(done, done, done) == ["    ✓ rename B to bee"]
    assert shown(done, done, not_started) == [
        "    ✓ redefine bee",
        "    ✓ redefine C",
        "      delete B  (not started)",
    ]
