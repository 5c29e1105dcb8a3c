"""How a difference is told: values in quotes or bare, a sentence where they say nothing."""

import pytest

from reconcile.model.plan import Change
from reconcile.views.change import SHORT, ChangeView, change_view


@pytest.mark.parametrize(
    ("change", "observed", "desired"),
    [
        (Change("description", "", "Clean"), '""', '"Clean"'),
        (Change("labels.tier", None, "none"), "none", '"none"'),
        (Change("parent", "base", None), '"base"', "none"),
        (Change("protect", "false", "true"), "false", "true"),
        (Change("owned", "false", "true"), "false", "true"),
        (Change("memory", "none", "internal"), "none", "internal"),
        (Change("disks.vda", "internal", "external"), "internal", "external"),
        (Change("definition.memory", "1024 KiB", "2048 KiB"), "1024 KiB", "2048 KiB"),
    ],
)
def test_values(change: Change, observed: str, desired: str) -> None:
    assert change_view(change, why=False) == ChangeView(change.field, observed, desired)


@pytest.mark.parametrize("why", [True, False])
def test_long_values_are_cut_unless_all_is_asked_for(why: bool) -> None:
    text = "x" * (SHORT + 1)
    view = change_view(Change("description", text[1:], text), why=why)
    assert view.observed == f'"{text[1:]}"'
    assert view.desired == (f'"{text}"' if why else f'"{"x" * (SHORT - 1)}…"')


@pytest.mark.parametrize(
    ("change", "field", "note"),
    [
        (Change("declaration.description", "declared", None), "description", "not declared any"),
        (Change("declaration.disks", None, "declared"), "disks", "declared now"),
        (Change("declaration", "562e5e71f5b80323", "a112385352fc834e"), "declaration", "edited"),
    ],
)
def test_an_edit_in_git_alone_is_told_without_digests(
    change: Change, field: str, note: str
) -> None:
    view = change_view(change, why=True)
    assert (view.field, view.observed, view.desired) == (field, None, None)
    assert view.note.startswith(note)
