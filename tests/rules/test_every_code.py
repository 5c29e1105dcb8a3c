"""No refusal without a situation that provokes it: a code that nothing leads to is dead."""

from reconcile.rules.refusals import RULES, Code
from tests.plan import test_refused_plans as plans
from tests.rules import test_create, test_delete, test_redefine, test_revert

PROVOKED = {
    case.code
    for table in (test_create, test_delete, test_revert, test_redefine)
    for case in table.CASES
}
PLANNED = {case.code for case in plans.CASES} | {code for code, _ in plans.GUARDED}


def test_every_code_is_provoked() -> None:
    missing = sorted(set(Code) - PROVOKED - PLANNED)
    assert not missing, (
        f"no test provokes {', '.join(missing)}: add a case to tests/rules (or tests/plan, where "
        "it takes a whole plan), or remove the code if nothing can lead to it"
    )


def test_every_code_has_a_rule() -> None:
    assert set(RULES) == set(Code)
    assert all(rule.message for rule in RULES.values())
