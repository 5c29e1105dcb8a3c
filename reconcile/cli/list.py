"""`reconcile list`: the domains of a host, or the snapshots of one domain. Changes nothing."""

from time import time

from reconcile.cli.json_output import write_json
from reconcile.cli.list_options import ListOptions
from reconcile.cli.terminal import Terminal
from reconcile.fleet.domain_arguments import is_glob
from reconcile.fleet.observed_host import ObservedHost, observed_host
from reconcile.fleet.overview import overview
from reconcile.libvirt.domain import DomainHandle
from reconcile.model.exit import Exit
from reconcile.model.snapshot_list import SnapshotQuery
from reconcile.observe.snapshot_list import current_snapshot, list_snapshots
from reconcile.render.console import console
from reconcile.render.json_list import overview_json, snapshots_json
from reconcile.render.lines import line, show
from reconcile.render.text_list import show_names, show_snapshots, show_tree
from reconcile.render.text_overview import show_overview
from reconcile.rules.domain_findings import Limits
from reconcile.views.overview import overview_view
from reconcile.views.snapshot_list import snapshot_list_view


def list_(terminal: Terminal, argument: str | None, options: ListOptions) -> Exit:
    """One domain's snapshots; without an argument, or by a glob, the overview of domains.

    Raises UsageError for filters of snapshots where no domain is named.
    """
    arguments = () if argument is None else (argument,)
    with observed_host(terminal.access, arguments) as host:
        named = argument is not None and not is_glob(argument, host.ids)
        if named:
            _list_snapshots(terminal, host.connection.domain(host.ids[0]), options)
        else:
            options.require_none_of_snapshots()
            _list_domains(terminal, host, options)
    return Exit.OK


def _list_domains(terminal: Terminal, host: ObservedHost, options: ListOptions) -> None:
    here = console(terminal.color)
    if options.form == "name":
        show(here, [line(each.name) for each in host.ids])
        return
    now = int(time())
    view = overview_view(host.connection.uri, overview(host, Limits(now)))
    if options.form == "json":
        write_json(overview_json(view))
    else:
        show_overview(here, view, now)


def _list_snapshots(terminal: Terminal, handle: DomainHandle, options: ListOptions) -> None:
    """As virsh does. With a tree, the snapshot that it begins at is listed, too."""
    top = current_snapshot(handle) if options.current else options.below
    listing = list_snapshots(handle, SnapshotQuery(options.filters, top), with_top=options.tree)
    view = snapshot_list_view(listing)
    here = console(terminal.color)
    if options.form == "json":
        write_json(snapshots_json(view))
    elif options.form == "name":
        show_names(here, view)
    elif options.tree:
        show_tree(here, view, top)
    else:
        show_snapshots(here, view, parents=options.parent)
