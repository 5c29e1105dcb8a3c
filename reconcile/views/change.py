"""Changes as a reader is told them: before and after, or in words where values say nothing."""

from dataclasses import dataclass

from reconcile.model.plan import Change

SHORT = 60  # characters of a value, unless all of it is asked for
_BARE = frozenset({"memory", "disks", "protect", "owned", "definition"})
_EDITED = "edited in git; here everything is as it says"


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One change; `field` is its key path in the manifest.

    Free text is in quotes; where there is no value on one side, the word `none` stands without. Of
    a change whose values would say nothing both are None, and `note` says it in a sentence.
    """

    field: str
    observed: str | None = None
    desired: str | None = None
    note: str = ""


def change_view(change: Change, *, why: bool) -> ChangeView:
    """The view of a change; `why`: both of its values in full."""
    head, _, key = change.field.partition(".")
    if head == "declaration":
        return ChangeView(key or head, note=_declared(change) if key else _EDITED)
    bare = head in _BARE
    observed, desired = (
        _value(each, bare=bare, why=why) for each in (change.observed, change.desired)
    )
    return ChangeView(change.field, observed, desired)


def _declared(change: Change) -> str:
    """A key that came or went in git, with nothing that differs here."""
    if change.desired is None:
        return "not declared any more, and stays as it is"
    return "declared now, as it is here already"


def _value(value: str | None, *, bare: bool, why: bool) -> str:
    if value is None:
        return "none"
    shown = value if why or len(value) <= SHORT else f"{value[: SHORT - 1]}…"
    return shown if bare else f'"{shown}"'
