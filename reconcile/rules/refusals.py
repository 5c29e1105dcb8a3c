"""A refusal in words: its stable code, the rule in one sentence, and what would lift it.

`docs/refusals.md` has one entry per code.
"""

from reconcile.model.plan import Refusal
from reconcile.rules.codes import Code, Rule
from reconcile.rules.refusal_rules import create, delete, disks, images, plan, redefine, revert

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


def refuse(code: Code, snapshot: str | None, **facts: object) -> Refusal:
    """A refusal in words; `facts` fill the templates of its rule."""
    rule = RULES[code]
    return Refusal(code, snapshot, rule.message.format(**facts), rule.remedy.format(**facts))


def or_none(name: str | None) -> str:
    """A snapshot's name in a message; a root's parent reads as "none"."""
    return "none" if name is None else name
