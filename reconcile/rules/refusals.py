"""Refusals in words and as data: the stable code, the rule in one sentence, the ways out.

`docs/refusals.md` has one entry per code.
"""

from reconcile.model.plan import Refusal
from reconcile.model.way_out import Way, WayOut
from reconcile.rules.codes import Code, Rule
from reconcile.rules.refusal_rules import create, delete, disks, images, plan, redefine, revert
from reconcile.rules.way_templates import worded

__all__ = ["RULES", "Code", "or_none", "refuse"]

RULES: dict[Code, Rule] = {
    **create.RULES,
    **disks.RULES,
    **images.RULES,
    **revert.RULES,
    **redefine.RULES,
    **delete.RULES,
    **plan.RULES,
}

NO_WAY = WayOut(Way.NONE, "there is no way to do this: leave it as it is")


def refuse(code: Code, snapshot: str | None, **facts: object) -> Refusal:
    """The refusal of this code; `facts` fill the templates of its rule."""
    rule = RULES[code]
    known = {"snapshot": snapshot, **facts}
    found = (template.filled(known) for template in rule.ways)
    ways = tuple(way for way in found if way is not None) or (NO_WAY,)
    return Refusal(code, snapshot, worded(rule.message, known), "").with_ways(ways)


def or_none(name: str | None) -> str:
    """A snapshot's name in a message; "none" for None, as for the parent of a root."""
    return "none" if name is None else name
