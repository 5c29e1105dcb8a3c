"""Errors of saved plans and of the files that hold them."""

from reconcile.errors.base import ReconcileError
from reconcile.model.exit import Exit


class PlanFileError(ReconcileError):
    """A saved plan cannot be used at all: broken, edited, or of another format."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(f"{file}: {what}", "make a new one with `reconcile plan --out FILE`")


class PlanWriteError(ReconcileError):
    """A place named by `--out` where no plan can be saved."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(f"{file}: {what}", "give --out a file in a directory you may write to")


class PlanAppliedError(ReconcileError):
    """A saved plan that was applied before."""

    exit_code = Exit.BLOCKED

    def __init__(self, file: str) -> None:
        super().__init__(
            f"{file}: this plan was applied before",
            "a saved plan is applied once: make a new one with `reconcile plan --out FILE`",
        )


class UnexpectedPlanError(ReconcileError):
    """A plan whose digest is not the one that `--expect` names."""

    exit_code = Exit.BLOCKED

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(
            f"the plan's digest is {found}, not {expected}",
            "review the plan as it is now, then pass its digest",
        )
