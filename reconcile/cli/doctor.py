"""`reconcile doctor`: what a host and its domains can do, and what is wrong. Changes nothing."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from reconcile.cli import exit_code
from reconcile.cli.json_output import write_json
from reconcile.cli.terminal import Terminal
from reconcile.fleet.diagnose import diagnose
from reconcile.fleet.observed_host import observed_host
from reconcile.journal.store import Store
from reconcile.model.exit import Exit
from reconcile.render.console import console
from reconcile.render.json_diagnosis import diagnosis_json
from reconcile.render.text_diagnosis import show_diagnosis
from reconcile.rules.domain_findings import Limits
from reconcile.views.diagnosis import diagnosis_view


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorOptions:
    """The options of `doctor`: from how many images a chain is deep, in days a snapshot old."""

    depth: int
    days: int
    form: str


def doctor(terminal: Terminal, domains: Sequence[str], options: DoctorOptions) -> Exit:
    """Look, tell, and end with 2 where anything was found. Raises HostError."""
    limits = Limits(int(time.time()), options.depth, options.days)
    with observed_host(terminal.access, domains) as host:
        found = diagnose(host, Store(terminal.state_dir), limits)
    view = diagnosis_view(found)
    if options.form == "json":
        write_json(diagnosis_json(view))
    else:
        show_diagnosis(console(terminal.color), view)
    return exit_code.of_diagnosis(found)
