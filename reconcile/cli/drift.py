"""`reconcile drift`: what somebody changed on hosts since the last apply. Changes nothing."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reconcile.cli import exit_code
from reconcile.cli.arguments import manifests
from reconcile.cli.json_output import write_json
from reconcile.cli.selection import DomainOptions
from reconcile.cli.terminal import Terminal
from reconcile.errors import PatchFormatError
from reconcile.fleet.drift import DomainDrift, drift_of
from reconcile.fleet.drift_patch import Kept, drift_patch
from reconcile.fleet.targets import found_targets
from reconcile.model.exit import Exit
from reconcile.render.console import console
from reconcile.render.json_drift import drift_json
from reconcile.render.text_drift import show_drift
from reconcile.render.text_patch import write_patch
from reconcile.views.drift import DomainDriftView, domain_drift_view, drift_report


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftOptions(DomainOptions):
    """The options of `reconcile drift` on the command line."""

    form: str
    quiet: bool
    patch: bool


def drift(terminal: Terminal, paths: Sequence[Path], options: DriftOptions) -> Exit:
    """Compare and show; the exit code says whether anything has drifted.

    Raises PatchFormatError.
    """
    if options.patch and options.form != "text":
        raise PatchFormatError
    access = replace(terminal.access, on=options.on)
    asked = manifests(paths), access, options.selection
    with terminal.reading(), found_targets(*asked, readonly=True) as (targets, connections):
        found = drift_of(targets, connections)
    now = time.time()
    report = drift_report(_view(each, now, why=options.why) for each in found)
    if options.patch:
        made = drift_patch(found, Path.cwd())
        places = (f"apply this in {folder}" for folder in made.elsewhere)
        write_patch(made.files, (*map(_note, made.kept), *places))
    elif options.form == "json":
        write_json(drift_json(report))
    else:
        show_drift(console(terminal.color), report, quiet=options.quiet)
    return exit_code.of_drift(drifted=report.drifted)


def _note(kept: Kept) -> str:
    """A finding that is not in the patch, in a line, and the lines to paste below it."""
    about = f"{kept.domain}: {kept.drift.snapshot or 'the domain'}: {kept.drift.field}"
    return "\n".join((f"{about}: {kept.why}", *(f"  {line}" for line in kept.lines)))


def _view(found: DomainDrift, now: float, *, why: bool) -> DomainDriftView:
    told = found.target.id, found.differences, found.unmanaged
    return domain_drift_view(*told, now, why=why)
