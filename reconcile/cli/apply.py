"""`reconcile apply`: manifests or a saved plan, shown, confirmed, executed."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from reconcile.apply.run import apply_domain, stale
from reconcile.apply.saved import Ready, ready
from reconcile.cli.given import manifests
from reconcile.cli.saved import require_plain, require_unaltered
from reconcile.cli.selection import SelectionOptions
from reconcile.cli.terminal import Terminal, asked, can_ask
from reconcile.errors import ConfirmationNeededError, DeclinedError, Exit, UnexpectedPlanError
from reconcile.model.outcome import DomainOutcome
from reconcile.plan.planner import plan_of
from reconcile.planfile import decode
from reconcile.planfile.detect import is_plan_file
from reconcile.planning.jobs import jobs
from reconcile.planning.plans import plan_jobs
from reconcile.render.console import console
from reconcile.render.outcome import exit_code, result, show_outcome, show_outcomes
from reconcile.render.plan_text import show_plan


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyOptions(SelectionOptions):
    """The options of `apply`."""

    yes: bool
    expect: str | None
    form: str


def apply(terminal: Terminal, paths: Sequence[Path], options: ApplyOptions) -> Exit:
    """Plan or read the plan, ask, execute, report."""
    with _prepared(terminal, paths, options) as prepared:
        _reviewed(terminal, prepared, options)
        outcomes = [_applied(terminal, each, options) for each in prepared]
    if options.form == "json":
        sys.stdout.write(json.dumps(result(outcomes), indent=2) + "\n")
    else:
        show_outcomes(console(terminal.color), outcomes)
    return exit_code(outcomes)


@contextmanager
def _prepared(
    terminal: Terminal, paths: Sequence[Path], options: ApplyOptions
) -> Iterator[tuple[Ready, ...]]:
    if len(paths) == 1 and is_plan_file(paths[0]):
        saved = decode.read(paths[0])
        require_plain(options, terminal.uri, saved)
        _expected(saved.digest, options)
        with ready(saved) as prepared:
            require_unaltered(saved, prepared)
            yield prepared
    else:
        with jobs(manifests(paths), terminal.uri, options.selection, readonly=False) as found:
            prepared = tuple(map(Ready, found, plan_jobs(found)))
            _expected(plan_of(each.plan for each in prepared).digest, options)
            yield prepared


def _expected(digest: str, options: ApplyOptions) -> None:
    if options.expect not in {None, digest}:
        raise UnexpectedPlanError(options.expect or "", digest)


def _reviewed(terminal: Terminal, prepared: Sequence[Ready], options: ApplyOptions) -> None:
    """Show what would be done, and ask if anything would."""
    fresh = [each.plan for each in prepared if not each.moved]
    if options.form == "text" and fresh:
        show_plan(console(terminal.color), plan_of(fresh), options.detail)
    if any(plan.steps and not plan.refusals for plan in fresh):
        _confirmed(options)


def _confirmed(options: ApplyOptions) -> None:
    if options.yes:
        return
    if options.form == "json" or not can_ask():
        raise ConfirmationNeededError
    if not asked("Apply this plan?"):
        raise DeclinedError


def _applied(terminal: Terminal, each: Ready, options: ApplyOptions) -> DomainOutcome:
    terminal.acting = terminal.acting or not each.moved
    outcome = stale(each.plan, each.moved) if each.moved else apply_domain(each.job, each.plan)
    if options.form == "text":
        show_outcome(console(terminal.color), outcome)
    return outcome
