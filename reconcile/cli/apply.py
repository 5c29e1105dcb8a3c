"""`reconcile apply`: manifests or a saved plan, shown, confirmed, executed."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from reconcile.apply.run import apply_domain, stale
from reconcile.apply.saved import Ready, ready
from reconcile.cli.selection import SelectionOptions
from reconcile.cli.terminal import Terminal
from reconcile.errors import ConfirmationNeededError, Exit, UnexpectedPlanError
from reconcile.model.outcome import DomainOutcome
from reconcile.model.plan import Plan
from reconcile.plan.planner import plan_of
from reconcile.planfile import decode
from reconcile.planning import jobs, plan_job
from reconcile.render.console import console
from reconcile.render.outcome import exit_code, result, show_outcome
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
        plan = plan_of(each.plan for each in prepared)
        _expected(plan, options)
        if options.form == "text":
            show_plan(console(terminal.color), plan, options.detail)
        if any(each.plan.steps for each in prepared):
            _confirmed(options)
        outcomes = [_applied(terminal, each, options) for each in prepared]
    if options.form == "json":
        click.echo(json.dumps(result(outcomes), indent=2))
    return exit_code(outcomes)


@contextmanager
def _prepared(
    terminal: Terminal, paths: Sequence[Path], options: ApplyOptions
) -> Iterator[tuple[Ready, ...]]:
    if len(paths) == 1 and decode.is_plan_file(paths[0]):
        with ready(decode.read(paths[0])) as prepared:
            yield prepared
    else:
        with jobs(paths, terminal.uri, options.selection, readonly=False) as found:
            yield tuple(Ready(job, plan_job(job)) for job in found)


def _expected(plan: Plan, options: ApplyOptions) -> None:
    if options.expect not in {None, plan.digest}:
        raise UnexpectedPlanError(options.expect or "", plan.digest)


def _confirmed(options: ApplyOptions) -> None:
    if options.yes:
        return
    if options.form == "json" or not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ConfirmationNeededError
    click.confirm("Apply this plan?", abort=True)


def _applied(terminal: Terminal, each: Ready, options: ApplyOptions) -> DomainOutcome:
    outcome = stale(each.plan, each.moved) if each.moved else apply_domain(each.job, each.plan)
    if options.form == "text":
        show_outcome(console(terminal.color), outcome)
    return outcome
