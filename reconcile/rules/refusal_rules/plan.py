"""Refusals about what a whole plan must not do: each rule and its way out."""

from reconcile.rules.codes import Code, Rule

RULES: dict[Code, Rule] = {
    Code.REPLACE_CHILDREN: Rule(
        "it would have to be replaced, but {children} lie on it",
        "declare the kind that it has, or replace it and its children one by one",
    ),
    Code.PROTECTED: Rule(
        "the snapshot is protected",
        "declare it with `protect: false`, apply, and remove it after that",
    ),
    Code.DELETE_LIMIT: Rule(
        "{count} snapshots would be deleted, the limit is {limit}",
        "raise `limits: {{deletes: {count}}}` in the manifest, if that is meant",
    ),
    Code.EMPTIES_TREE: Rule(
        "the plan would leave the domain without any snapshot",
        "declare at least one snapshot that exists or can be created",
    ),
    Code.APPROVAL_NEEDED: Rule(
        "{action} has the hazard `{hazard}`, which nobody approved",
        "add `{hazard}` to `allow:` in the manifest, or pass --allow {hazard}",
    ),
    Code.CURRENT_DIFFERS: Rule(
        "the current snapshot would be {observed}, not {desired}, and `revert: never` is declared",
        "declare `revert: when-needed`, or remove `current`",
    ),
    Code.NOT_AS_DECLARED: Rule(
        "the plan would not end as declared: {field} would be {observed}, not {desired}",
        "report this with the output of `plan --format json`: it is a gap in reconcile",
    ),
}
