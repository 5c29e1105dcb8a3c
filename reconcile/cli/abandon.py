"""`reconcile abandon`: leave an unfinished apply as it is, and close its journal for good."""

from dataclasses import dataclass
from pathlib import Path

from reconcile.cli import exit_code
from reconcile.cli.report import ended, plain_reporter
from reconcile.cli.terminal import Terminal, asked, can_ask
from reconcile.errors import DeclinedError, UnconfirmedAbandonError
from reconcile.fleet.abandon import abandon as close
from reconcile.fleet.abandon import kept, remaining
from reconcile.fleet.recover import unfinished
from reconcile.fleet.run import Options, Run
from reconcile.journal.store import Store
from reconcile.model.event import DomainEnded
from reconcile.model.exit import Exit


@dataclass(frozen=True, slots=True, kw_only=True)
class AbandonOptions:
    """The options of the command `abandon`."""

    yes: bool
    form: str


def abandon(terminal: Terminal, journal: Path, options: AbandonOptions) -> Exit:
    """Show what an unfinished apply would leave behind, ask, and close its journal."""
    store = Store(terminal.state_dir)
    found = unfinished(store, journal)
    tell = plain_reporter(terminal, options.form)
    with Run(store, tell, Options()) as run, kept(found, run) as left:
        if not options.yes:
            for each in left if options.form == "text" else ():
                tell(DomainEnded(remaining(each)))
            _confirmed(options)
        outcomes = tuple(map(close, left))
        for outcome in outcomes:
            tell(DomainEnded(outcome))
    code = exit_code.of_apply(outcomes, interrupted=False)
    ended(terminal, options.form, outcomes, code)
    return code


def _confirmed(options: AbandonOptions) -> None:
    if options.form == "json" or not can_ask():
        raise UnconfirmedAbandonError
    if not asked("Leave it as it is? It cannot be resumed or rolled back afterwards."):
        raise DeclinedError
