"""`reconcile apply`: manifests or a saved plan, shown, confirmed, executed."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from reconcile.cli import exit_code
from reconcile.cli.arguments import manifests
from reconcile.cli.interrupt import Interrupts
from reconcile.cli.report import ended, reporter
from reconcile.cli.saved import require_plain, require_unaltered, view_of
from reconcile.cli.selection import SelectionOptions
from reconcile.cli.terminal import Terminal, asked, can_ask
from reconcile.errors import (
    ConfirmationNeededError,
    DeclinedError,
    MapOptionError,
    UnexpectedPlanError,
)
from reconcile.fleet.apply import apply_all
from reconcile.fleet.connections import Connections
from reconcile.fleet.host_plan import plan_targets
from reconcile.fleet.moved_dumps import Moves, moves
from reconcile.fleet.run import Options, Run, SavedAs
from reconcile.fleet.saved_plan import Prepared, prepared_plan
from reconcile.fleet.targets import found_targets
from reconcile.journal.store import Store
from reconcile.model.exit import Exit
from reconcile.model.plan import DomainPlan
from reconcile.plan.planner import plan_of
from reconcile.planfile import decode
from reconcile.planfile.decode import SavedPlan
from reconcile.planfile.detect import is_plan_file
from reconcile.render.console import console
from reconcile.render.text_plan import show_loss, show_plan
from reconcile.render.text_saved_plan import show_saved_plan
from reconcile.views.plan import Counts, Standing

Work = tuple[tuple[Prepared, ...], Connections, SavedAs | None]
"""Plans, the connections to their hosts, and the saved plan that they come from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionOptions(SelectionOptions):
    """The options of commands that execute plans."""

    yes: bool
    form: str
    parallel: int
    fail_fast: bool
    timeout: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyOptions(ExecutionOptions):
    """The options of the command `apply`."""

    expect: str | None
    path_map: tuple[tuple[str, str], ...]


def apply(terminal: Terminal, paths: Sequence[Path], options: ApplyOptions) -> Exit:
    """Plan the manifests or read the saved plan, show it, ask, execute and report."""
    with (
        moves(options.path_map, terminal.state_dir) as moving,
        _prepared(terminal, paths, options, moving) as work,
    ):
        return executed(terminal, options, work, moving)


def executed(
    terminal: Terminal, options: ExecutionOptions, work: Work, moving: Moves | None = None
) -> Exit:
    """Show prepared plans, ask, execute them and report; `moving` are files of a restore."""
    prepared, connections, saved = work
    _reviewed(terminal, prepared, options, agreed=saved is not None)
    terminal.acting = any(isinstance(each, DomainPlan) for each in prepared)
    limits = Options(options.parallel, options.fail_fast, options.timeout)
    with (
        reporter(terminal, options.form) as tell,
        Run(Store(terminal.state_dir), tell, limits, saved) as run,
        Interrupts(run.stop) as interrupts,
    ):
        if moving is not None:
            moving.kept = True  # unless all of it comes to an end
        outcomes = apply_all(prepared, connections, run)
    code = exit_code.of_apply(outcomes, interrupted=interrupts.came)
    if moving is not None:
        moving.kept = code is Exit.INCOMPLETE
    ended(terminal, options.form, outcomes, code)
    return code


@contextmanager
def _prepared(
    terminal: Terminal, paths: Sequence[Path], options: ApplyOptions, moving: Moves | None
) -> Iterator[Work]:
    """What is to be applied, with connections that stay open for it."""
    with ExitStack() as opened:
        saved = None
        if len(paths) == 1 and is_plan_file(paths[0]):
            saved = _agreed(terminal, paths[0], options, moving)
        with terminal.reading():
            if saved is not None:
                found = _saved(terminal, saved, options, opened)
            else:
                found = _planned(terminal, paths, options, moving, opened)
        yield found


def _agreed(
    terminal: Terminal, path: Path, options: ApplyOptions, moving: Moves | None
) -> SavedPlan:
    """A saved plan that may be applied: asked about by what its file says, no host opened.

    What was agreed to is what is done: the hosts must give the very same plan.
    """
    saved = decode.read(path)
    require_plain(options)
    if moving is not None:
        raise MapOptionError("a saved plan")
    Store(terminal.state_dir).require_unused(saved.id, saved.file)
    _expected(saved.digest, options)
    if not options.yes:
        view = view_of(saved)
        if options.form == "text":
            show_saved_plan(console(terminal.color), view)
        _confirmed(terminal, view.final, options)
    return saved


def _saved(terminal: Terminal, saved: SavedPlan, options: ApplyOptions, opened: ExitStack) -> Work:
    prepared, connections = opened.enter_context(prepared_plan(saved, terminal.access))
    require_unaltered(saved, prepared, options.expect)
    return prepared, connections, SavedAs(saved.id, saved.file)


def _planned(
    terminal: Terminal,
    paths: Sequence[Path],
    options: ApplyOptions,
    moving: Moves | None,
    opened: ExitStack,
) -> Work:
    access = replace(terminal.access, on=options.on)
    asked = manifests(paths), access, replace(options.selection, moves=moving)
    targets, connections = opened.enter_context(found_targets(*asked, readonly=False))
    plans = plan_targets(targets, connections)
    _expected(plan_of(plans).digest, options)
    return plans, connections, None


def _expected(digest: str, options: ApplyOptions) -> None:
    if options.expect not in {None, digest}:
        raise UnexpectedPlanError(options.expect or "", digest)


def _reviewed(
    terminal: Terminal, prepared: Sequence[Prepared], options: ExecutionOptions, *, agreed: bool
) -> None:
    """Show what would be done, and ask if anything would, unless somebody agreed before."""
    fresh = [each for each in prepared if isinstance(each, DomainPlan)]
    view = options.view(plan_of(fresh))
    if options.form == "text" and fresh:
        show_plan(console(terminal.color), view)
    pending = any(each.standing is Standing.PENDING for each in view.domains)
    if pending and not agreed:
        _confirmed(terminal, view.final, options)


def _confirmed(terminal: Terminal, final: Counts, options: ExecutionOptions) -> None:
    if options.yes:
        return
    if options.form == "json" or not can_ask():
        raise ConfirmationNeededError
    show_loss(console(terminal.color), final)
    if not asked("Apply this plan?"):
        raise DeclinedError
