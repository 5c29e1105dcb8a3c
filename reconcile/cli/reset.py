"""`reconcile reset`: many domains back to a declared snapshot, now. Nothing else is changed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reconcile.cli.apply import ExecutionOptions, executed
from reconcile.cli.arguments import manifests
from reconcile.cli.terminal import Terminal
from reconcile.fleet.host_plan import plan_targets
from reconcile.fleet.reset import reset_targets
from reconcile.fleet.targets import found_targets
from reconcile.model.exit import Exit


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetOptions(ExecutionOptions):
    """The options of the command `reset`; `to` is None for the declared current snapshot."""

    to: str | None
    paths: tuple[Path, ...]


def reset(terminal: Terminal, domains: Sequence[str], options: ResetOptions) -> Exit:
    """Plan a revert for each of the domains, show them, ask, revert them side by side, report.

    Raises NoResetError, UndeclaredResetError.
    """
    access = replace(terminal.access, on=options.on)
    selection = replace(options.selection, targets=tuple(domains))
    asked = manifests(options.paths or (Path(),)), access, selection
    with found_targets(*asked, readonly=False) as (targets, connections):
        with terminal.reading():
            plans = plan_targets(reset_targets(targets, options.to), connections)
        return executed(terminal, options, (plans, connections, None))
