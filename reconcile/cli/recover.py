"""`reconcile resume` and `reconcile rollback`: settle what an interrupted apply left."""

from dataclasses import dataclass
from pathlib import Path

from reconcile.cli import exit_code
from reconcile.cli.interrupt import Interrupts
from reconcile.cli.report import ended, reporter
from reconcile.cli.terminal import Terminal
from reconcile.fleet.recover import RecoveryMode, held, recover_all, unfinished
from reconcile.fleet.run import Options, Run
from reconcile.journal.store import Store
from reconcile.model.exit import Exit
from reconcile.recovery.call_context import MergeWinner


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoverOptions:
    """The options that `resume` and `rollback` share."""

    form: str
    parallel: int
    timeout: float
    keep: str | None = None


def recover(
    terminal: Terminal, journal: Path | None, towards: RecoveryMode, options: RecoverOptions
) -> Exit:
    """Resume or roll back every unfinished domain; the exit code tells whether all are settled."""
    store = Store(terminal.state_dir)
    found = unfinished(store, journal)
    keep = MergeWinner(options.keep) if options.keep else None
    limits = Options(options.parallel, timeout=options.timeout, keep=keep)
    with (
        reporter(terminal, options.form) as tell,
        Run(store, tell, limits) as run,
        Interrupts(run.stop) as interrupts,
        held(found, run) as left,
    ):
        terminal.acting = True
        outcomes = recover_all(left, towards, run, terminal.access)
    judge = exit_code.of_rollback if towards is RecoveryMode.ROLLBACK else exit_code.of_apply
    code = judge(outcomes, interrupted=interrupts.came)
    ended(terminal, options.form, outcomes, code)
    return code
