"""A plan tells of an apply of its domain that was cut off, and how to bring it to an end."""

from pathlib import Path

from reconcile.fleet.unfinished import with_unfinished
from reconcile.journal.store import Store
from reconcile.model.host import Host
from reconcile.model.identity import HostId
from reconcile.plan.planner import plan_domain, plan_of
from reconcile.planfile.encode import encode
from reconcile.render.text_plan import show_plan
from reconcile.views.plan import plan_view
from tests.render.screen import printed
from tests.rules.notation import FORKY, declared, domain

GOLDEN = Path(__file__).parent.parent / "formats/golden/b4ee78d/journal"
KVM1 = HostId("qemu/system@kvm1", "qemu:///system")
PLAN = plan_domain(declared("A"), domain(), Host(KVM1, FORKY))


def warned(folder: Path, lines: list[bytes]) -> tuple[str, ...]:
    """What the plan says besides, with a journal of these lines in the state folder."""
    store = Store(folder / "state")
    if lines:
        left = Path(store.begin().name).with_name("left.jsonl")
        left.write_bytes(b"".join(lines))
        left.chmod(0o600)
    (plan,) = with_unfinished([PLAN], store)
    said = plan.warnings[: len(plan.warnings) - len(PLAN.warnings)]
    return tuple(each.replace(str(folder), "FOLDER") for each in said)


def golden(name: str) -> list[bytes]:
    return (GOLDEN / f"{name}.jsonl").read_bytes().splitlines(keepends=True)


def test_nothing_is_left(tmp_path: Path) -> None:
    assert warned(tmp_path, []) == ()


def test_between_steps_the_next_apply_takes_over(tmp_path: Path) -> None:
    lines = golden("simulated-create-done")
    planned = next(n for n, line in enumerate(lines, 1) if line.startswith(b'{"record":"planned"'))
    (said,) = warned(tmp_path, lines[:planned])
    assert said == (
        "an earlier apply is unfinished: FOLDER/state/journals/left.jsonl: the next apply takes "
        "over, or `reconcile rollback` undoes it [apply-unfinished]"
    )


def test_a_call_that_was_cut_off_comes_first(tmp_path: Path) -> None:
    (said,) = warned(tmp_path, golden("simulated-create-done"))
    assert said == (
        "an earlier apply is unfinished: FOLDER/state/journals/left.jsonl, cut off in step 2: run "
        "`reconcile resume` or `reconcile rollback` first [apply-unfinished]"
    )


def test_the_plan_and_its_json_say_so(tmp_path: Path) -> None:
    store = Store(tmp_path / "state")
    left = Path(store.begin().name).with_name("left.jsonl")
    left.write_bytes(b"".join(golden("simulated-create-done")))
    left.chmod(0o600)
    plan = plan_of(with_unfinished([PLAN], store))
    said = (
        f"an earlier apply is unfinished: {left}, cut off in step 2: run `reconcile resume` or "
        "`reconcile rollback` first [apply-unfinished]"
    )
    text = printed(lambda console: show_plan(console, plan_view(plan)))
    assert f"\n  !  {said}\n" in text
    assert encode(plan)["domains"][0]["warnings"] == [said, *PLAN.warnings]


def test_a_state_folder_of_others_is_told_and_stops_no_plan(tmp_path: Path) -> None:
    Store(tmp_path / "state").begin()
    (tmp_path / "state" / "journals").chmod(0o777)
    (said,) = warned(tmp_path, [])
    assert said.startswith("whether an earlier apply is unfinished cannot be seen: ")
