"""Refusals about what a whole plan must not do: each rule with its ways out."""

from reconcile.rules.codes import Code, Rule
from reconcile.rules.way_templates import approve, declare, drop, keep, none, undeclare, when

RULES: dict[Code, Rule] = {
    Code.REPLACE_CHILDREN: Rule(
        "it would have to be replaced, but {children} lie on it",
        (
            keep("declare the kind that it has", "{snapshot}"),
            drop("delete what lies on it first", "{branch}"),
        ),
    ),
    Code.PROTECTED: Rule(
        "the snapshot is protected",
        (
            declare(
                "renamed-from",
                "{snapshot}",
                "say `renamed-from: {snapshot}` in the entry {renamed}, if that is its name now",
                of="{renamed}",
            ),
            declare(
                "name",
                "{snapshot}",
                "call the entry {same} {snapshot} again: an internal snapshot keeps its name",
                of="{same}",
            ),
            when(keep("declare the kind that it has", "{snapshot}"), "replaced"),
            declare(
                "protect",
                "false",
                "declare it with `protect: false`, apply, and remove it after that",
                of="{gone}",
            ),
        ),
    ),
    Code.DELETE_LIMIT: Rule(
        "{count} snapshots would be deleted, the limit is {limit}",
        (
            declare(
                "limits.deletes",
                "{count}",
                "raise `limits: {{deletes: {count}}}` in the manifest, if that is meant",
                of="",
            ),
        ),
    ),
    Code.EMPTIES_TREE: Rule(
        "the plan would leave the domain without any snapshot",
        (keep("declare at least one of them: {last}", "{last}"),),
    ),
    Code.APPROVAL_NEEDED: Rule(
        "{action} has the hazard `{hazard}`, which nobody approved",
        (
            approve(
                "{hazard}",
                "add `{hazard}` to `allow:` in the manifest, or pass --allow {hazard}",
            ),
        ),
    ),
    Code.CURRENT_DIFFERS: Rule(
        "the current snapshot would be {observed}, not {desired}, and `revert: never` is declared",
        (
            declare("current.revert", "when-needed", "declare `revert: when-needed`", of=""),
            undeclare("current", of=""),
        ),
    ),
    Code.NOT_AS_DECLARED: Rule(
        "the plan would not end as declared: {field} would be {observed}, not {desired}",
        (none("report this with the output of `plan --format json`: it is a gap in reconcile"),),
    ),
}
