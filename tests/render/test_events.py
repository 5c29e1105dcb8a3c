"""Events as JSON: each is as its schema says, and the schema refuses what is not."""

import io
import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reconcile.model.event import (
    DomainEnded,
    Event,
    Note,
    StepBegan,
    StepEnded,
    StepProgress,
)
from reconcile.model.exit import Exit
from reconcile.model.outcome import DomainOutcome, Status, StepOutcome, StepState
from reconcile.render.json_events import JsonEvents
from reconcile.views.event import event_view
from reconcile.views.outcome import run_view
from tests.harness.command import reconcile
from tests.harness.identity import web
from tests.harness.schemas import EVENTS, events, open_objects, schema, unexplained
from tests.planfile.test_schema import ACTIONS, DOMAINS, HOST, MANIFEST, STEPS

SCHEMA = schema("apply-events-v1")
ALL = st.sampled_from
NUMBERS = st.integers(1, 9999)
OUTCOMES = st.builds(
    DomainOutcome,
    DOMAINS,
    ALL(Status),
    steps=st.lists(st.builds(StepOutcome, STEPS, ALL(StepState)), max_size=2).map(tuple),
    notes=st.lists(st.text(), max_size=2).map(tuple),
    remedy=st.none() | st.text(),
)
KINDS: dict[type[Event], st.SearchStrategy[Event]] = {
    StepBegan: st.builds(StepBegan, DOMAINS, NUMBERS, NUMBERS, ALL(ACTIONS), st.booleans()),
    StepProgress: st.builds(StepProgress, DOMAINS, NUMBERS, st.floats(0, 1)),
    StepEnded: st.builds(StepEnded, DOMAINS, NUMBERS, NUMBERS, ALL(ACTIONS), ALL(StepState)),
    Note: st.builds(Note, DOMAINS, st.text()),
    DomainEnded: st.builds(DomainEnded, OUTCOMES),
}


def written(*told: Event) -> list[Any]:
    """What JsonEvents prints of them, one object per line."""
    out = io.StringIO()
    for event in told:
        JsonEvents(out).tell(event_view(event))
    return [json.loads(line) for line in out.getvalue().splitlines()]


def ended(*outcomes: DomainOutcome, code: Exit) -> dict[str, Any]:
    """The last line."""
    out = io.StringIO()
    JsonEvents(out).end(run_view(outcomes, code))
    line: dict[str, Any] = json.loads(out.getvalue())
    return line


def samples() -> list[dict[str, Any]]:
    """One line of every kind."""
    of = web()
    outcome = DomainOutcome(of, Status.APPLIED, notes=("a note",))
    told = (
        StepBegan(of, 1, 2, ACTIONS[0]),
        StepProgress(of, 1, 0.5),
        StepEnded(of, 1, 2, ACTIONS[0], StepState.DONE),
        Note(of, "waiting"),
        DomainEnded(outcome),
    )
    return [*written(*told), ended(outcome, code=Exit.OK)]


def test_it_is_a_valid_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_every_key_is_explained_and_every_object_closed() -> None:
    assert unexplained(SCHEMA) == []
    assert open_objects(SCHEMA) == [""]  # the choice between the kinds, which are closed


def test_words_are_those_of_the_model() -> None:
    kinds = SCHEMA["$defs"]
    assert kinds["state"]["enum"] == list(StepState)
    assert kinds["status"]["enum"] == list(Status)
    assert SCHEMA["properties"]["event"]["enum"] == [each["event"] for each in samples()]
    ends = {*Exit} - {Exit.CHANGES, Exit.USAGE}
    assert set(kinds["result"]["properties"]["exit_code"]["enum"]) == ends


@given(st.one_of(*(KINDS[kind] for kind in get_args(Event))))
def test_every_event_is_one_valid_line(event: Event) -> None:
    (line,) = written(event)
    EVENTS.validate(line)


@given(st.lists(OUTCOMES, max_size=3), ALL(sorted({*Exit} - {Exit.CHANGES, Exit.USAGE})))
def test_every_result_is_valid(outcomes: list[DomainOutcome], code: Exit) -> None:
    EVENTS.validate(ended(*outcomes, code=code))


@pytest.mark.parametrize("line", samples(), ids=lambda line: str(line["event"]))
def test_a_broken_line_is_refused(line: dict[str, Any]) -> None:
    assert EVENTS.is_valid(line)
    assert not EVENTS.is_valid({**line, "more": 1})
    for key, value in line.items():
        without = {each: line[each] for each in line if each != key}
        new = key in {"host", "failures"}  # events of version 0.1 have none of these
        assert EVENTS.is_valid(without) == new, key
        assert not EVENTS.is_valid({**line, key: {"of": "another kind"}}), key
        if key in {"event", "action", "state", "status", "format_version"}:
            assert not EVENTS.is_valid({**line, key: f"{value}s"}), key


@pytest.mark.parametrize(
    ("event", "key", "value"),
    [
        ("step-began", "step", 0),
        ("step-progress", "percent", 100.1),
        ("step-progress", "percent", -1),
        ("domain-ended", "steps", [{"action": "create", "snapshot": "a"}]),
        ("domain-ended", "notes", [1]),
        ("result", "exit_code", 2),
        ("result", "domains", [{"domain": "web01"}]),
    ],
)
def test_a_value_out_of_bounds_is_refused(event: str, key: str, value: object) -> None:
    line = next(each for each in samples() if each["event"] == event)
    assert not EVENTS.is_valid({**line, key: value})


def test_real_output_is_valid() -> None:
    ran = reconcile("apply", "--yes", "--format", "json", str(MANIFEST), uri=HOST)
    began, *_, done, last = events(ran.out)
    assert (began["event"], began["step"], began["total"]) == ("step-began", 1, 2)
    assert {**last["domains"][0], "event": "domain-ended"} == done
    assert last["exit_code"] == ran.code == 0
