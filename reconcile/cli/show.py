"""`reconcile show`: a domain, one of its snapshots, or a saved plan. Changes nothing."""

import sys
from dataclasses import dataclass
from pathlib import Path
from time import time

from reconcile.cli.json_output import write_json
from reconcile.cli.show_plan import show_plan_file
from reconcile.cli.terminal import Terminal
from reconcile.errors import NoParentError, UsageError
from reconcile.fleet.observed_host import ObservedHost, observed_host
from reconcile.fleet.shown_snapshot import look_at_snapshot
from reconcile.libvirt.domain import DomainHandle
from reconcile.libvirt.xml import snapshot_read
from reconcile.model.exit import Exit
from reconcile.observe.snapshot_list import current_snapshot, require_snapshot
from reconcile.planfile.detect import is_plan_file
from reconcile.render.console import console
from reconcile.render.escape import safe
from reconcile.render.json_show import shown_domain_json, shown_snapshot_json
from reconcile.render.lines import line, show
from reconcile.render.text_show import show_domain, show_snapshot
from reconcile.views.shown_domain import domain_view
from reconcile.views.shown_snapshot import snapshot_view


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowOptions:
    """The options of `show`, and the name of the snapshot behind the domain."""

    snapshot: str | None
    current: bool
    parent: bool
    xml: bool
    security_info: bool
    form: str

    @property
    def of_snapshot(self) -> bool:
        """Whether one snapshot of the domain is asked for."""
        return self.snapshot is not None or self.current

    def require_sense(self) -> None:
        """Raise UsageError for options of which one would silently do nothing."""
        json = self.form == "json"
        pairs = (
            (self.snapshot is not None and self.current, "a SNAPSHOT", "--current"),
            (self.xml and self.parent, "--xml", "--parent"),
            (self.xml and json, "--xml", "--format json"),
            (self.parent and json, "--parent", "--format json"),
        )
        for wrong, one, other in pairs:
            if wrong:
                raise UsageError(f"{one} and {other} exclude each other", "leave one of them out")
        if self.security_info and not self.xml:
            raise UsageError("--security-info goes with --xml", "add --xml, or leave it out")
        if (self.xml or self.parent) and not self.of_snapshot:
            raise UsageError(
                f"{'--xml' if self.xml else '--parent'} is about one snapshot",
                "name it behind the domain, or pass --current",
            )


def show_(terminal: Terminal, target: str, options: ShowOptions) -> Exit:
    """Show a domain, a snapshot of it, or the saved plan in the file `target`.

    A file that holds a plan comes before a domain of that name.
    """
    options.require_sense()
    if not options.of_snapshot and is_plan_file(Path(target)):
        return show_plan_file(terminal, Path(target), options.form)
    readonly = not options.security_info
    with observed_host(terminal.access, (target,), readonly=readonly) as host:
        if len(host.ids) > 1:
            raise UsageError(f"`{target}` matches {len(host.ids):,} domains", "name one of them")
        if options.of_snapshot:
            _show_snapshot(terminal, host, options)
        else:
            _show_domain(terminal, host, options)
    return Exit.OK


def _show_domain(terminal: Terminal, host: ObservedHost, options: ShowOptions) -> None:
    view = domain_view(host.ids[0], host.domain(host.ids[0]))
    if options.form == "json":
        write_json(shown_domain_json(view))
    else:
        show_domain(console(terminal.color), view, int(time()))


def _show_snapshot(terminal: Terminal, host: ObservedHost, options: ShowOptions) -> None:
    handle = host.connection.domain(host.ids[0])
    name = options.snapshot or current_snapshot(handle)
    if options.xml:
        _show_xml(handle, name, secure=options.security_info)
    elif options.parent:
        show(console(terminal.color), [line(_parent(handle, name))])
    else:
        look = look_at_snapshot(host, host.ids[0], name)
        view = snapshot_view(look.shown, look.possible)
        if options.form == "json":
            write_json(shown_snapshot_json(view))
        else:
            show_snapshot(console(terminal.color), view, int(time()))


def _parent(handle: DomainHandle, name: str) -> str:
    require_snapshot(handle, name)
    parent = snapshot_read.read(handle.plain_xml(name)).parent
    if parent is None:
        raise NoParentError(handle.id, name)
    return parent


def _show_xml(handle: DomainHandle, name: str, *, secure: bool) -> None:
    """libvirt's own bytes; on a terminal, what could command it is shown as an escape."""
    require_snapshot(handle, name)
    xml = handle.secure_xml(name) if secure else handle.plain_xml(name)
    if sys.stdout.isatty():
        xml = "\n".join(map(safe, xml.split("\n")))
    sys.stdout.write(xml)
