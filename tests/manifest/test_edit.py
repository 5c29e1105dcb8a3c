"""A manifest that a person wrote is changed where it is meant, and nowhere else."""

import difflib
import random

import pytest

from reconcile.manifest.edit import Edited, edited
from reconcile.manifest.edits import AddEntry, Edit, MoveEntry, RemoveEntry, RemoveKey, SetKey

NESTED = """\
# head
apiVersion: reconcile/v1
domain: web01   # the web server
current:  tuned

defaults: {memory: none, disks: {vda: external}}
snapshots:
  # the first
  - name: base      # golden
    description:   "Clean install"   # aligned
    labels:
      tier: golden
      owner: me
    children:
      # below base
      - name: mid
        description: |
          two
          lines

        # of the block's end
        children:
          - name: tuned
            disks: {vda: internal,  vdb: none}
          - name: other   # last
  - {name: flat, parent: base, protect: true}
"""


def one(text: str, *edits: Edit) -> str:
    made = edited(text, 0, edits)
    assert made.blocked == ()
    return made.text


def changed(before: str, after: str) -> list[str]:
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[0] in "+-"]


@pytest.mark.parametrize(
    ("edit", "lines"),
    [
        (
            SetKey("base", ("description",), "new: one"),
            [
                '-     description:   "Clean install"   # aligned',
                '+     description:   "new: one"   # aligned',
            ],
        ),
        (SetKey(None, ("current",), "mid"), ["- current:  tuned", "+ current:  mid"]),
        (RemoveKey(None, ("current",)), ["- current:  tuned"]),
        (SetKey("base", ("protect",), value=True), ["+     protect: true"]),
        (SetKey("base", ("labels", "tier"), "x"), ["-       tier: golden", "+       tier: x"]),
        (RemoveKey("base", ("labels", "owner")), ["-       owner: me"]),
        (
            RemoveKey("base", ("labels",)),
            ["-     labels:", "-       tier: golden", "-       owner: me"],
        ),
        (
            SetKey("tuned", ("disks", "vdb"), "external"),
            [
                "-             disks: {vda: internal,  vdb: none}",
                "+             disks: {vda: internal,  vdb: external}",
            ],
        ),
        (
            SetKey("tuned", ("disks", "vdc"), "manual"),
            [
                "-             disks: {vda: internal,  vdb: none}",
                "+             disks: {vda: internal,  vdb: none, vdc: manual}",
            ],
        ),
        (SetKey("other", ("disks", "vda"), "none"), ["+             disks: {vda: none}"]),
        (
            SetKey("mid", ("description",), "one"),
            [
                "-         description: |",
                "+         description: one",
                "-           two",
                "-           lines",
            ],
        ),
        (RemoveEntry("other"), ["-           - name: other   # last"]),
        (RemoveEntry("flat"), ["-   - {name: flat, parent: base, protect: true}"]),
        (
            MoveEntry("flat", None),
            [
                "-   - {name: flat, parent: base, protect: true}",
                "+   - {name: flat, protect: true}",
            ],
        ),
        (
            MoveEntry("other", "flat"),
            [
                "-           - name: other   # last",
                "+   - name: other   # last",
                "+     parent: flat",
            ],
        ),
        (
            AddEntry("new", "mid", {"memory": "none"}),
            ["+           - name: new", "+             memory: none"],
        ),
        (
            AddEntry("new", "other", {}),
            ["+             children:", "+               - name: new"],
        ),
        (AddEntry("new", "flat", {}), ["+   - name: new", "+     parent: flat"]),
    ],
    ids=repr,
)
def test_only_these_lines_change(edit: Edit, lines: list[str]) -> None:
    after = one(NESTED, edit)
    assert sorted(changed(NESTED, after)) == sorted(lines)
    windows = NESTED.replace("\n", "\r\n")
    assert one(windows, edit) == after.replace("\n", "\r\n")


def test_what_hangs_on_a_removed_entry_takes_its_place() -> None:
    after = one(NESTED, RemoveEntry("mid"))
    assert "      # below base\n      - name: tuned\n        disks: {vda: internal" in after
    assert "      - name: other   # last\n  - {name: flat" in after
    gone = one(NESTED, RemoveEntry("base"))
    assert "  # the first\n  - name: mid\n    description: |\n      two\n" in gone
    assert "  - {name: flat, protect: true}\n" in gone


def test_a_file_without_a_last_line_break_keeps_having_none() -> None:
    text = "apiVersion: reconcile/v1\ndomain: a\nsnapshots:\n- name: base"
    assert one(text, SetKey("base", ("protect",), value=True)) == f"{text}\n  protect: true"


@pytest.mark.parametrize(
    ("text", "edit", "why"),
    [
        ("x: &a {vda: none}\nsnapshots:\n- name: a\n  disks: *a\n", "disks", "alias"),
        ("snapshots:\n- name: a\n  disks: &a {vda: none}\n", "disks", "anchor"),
        ("snapshots:\n- name: a\n  disks: {vda: none,\n    vdb: none}\n", "disks", "several lines"),
        ("snapshots: [{name: a,\n  memory: none}]\n", "memory", "several lines"),
    ],
)
def test_what_cannot_be_changed_alone_is_handed_back(text: str, edit: str, why: str) -> None:
    keys = ("disks", "vdz") if edit == "disks" else ("protect",)
    made = edited(text, 0, [SetKey("a", keys, "internal")])
    assert made.text == text
    (blocked,) = made.blocked
    assert why in blocked.why
    assert blocked.lines


def test_other_documents_of_the_file_stay() -> None:
    text = f"{NESTED}---\n{NESTED}"
    made = edited(text, 1, [RemoveKey(None, ("current",))])
    without = NESTED.replace("current:  tuned\n", "")
    assert made == Edited(f"{NESTED}---\n{without}", ())


@pytest.mark.parametrize("seed", range(150))
def test_edits_in_any_order_touch_no_comment_of_others(seed: int) -> None:
    """What was meant is proved by the edit itself; here what it kept of a person's lines."""
    rng = random.Random(seed)  # noqa: S311 - a test draws, nothing is kept secret
    names = ["base", "mid", "tuned", "other", "flat"]
    text = NESTED
    for _ in range(6):
        name = rng.choice(names)
        drawn: list[Edit] = [
            SetKey(name, ("description",), rng.choice(["a b", "x: y", "on", "q\nz", "# no"])),
            SetKey(name, ("disks", rng.choice("abc")), "none"),
            RemoveKey(name, ("description",)),
            MoveEntry(name, rng.choice([None, *names])),
            AddEntry(f"n{rng.random()}", name, {"labels": {"a": "b"}}),
        ]
        edit = rng.choice(drawn)
        before, made = text, edited(text, 0, [edit])
        text = made.text
        if made.blocked:
            assert text == before
        for comment in ("# head", "# the web server", "# golden", "# below base", "# last"):
            assert comment in text
