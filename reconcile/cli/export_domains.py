"""`reconcile export`: what brings the snapshots of domains back, as files of their owner alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reconcile.cli.terminal import Terminal
from reconcile.errors import FileExistsAlreadyError, FileWriteError
from reconcile.files.secret_folder import make_folder, sync_folder, write_secret
from reconcile.fleet.connections import Connections
from reconcile.fleet.domain_arguments import selected_domains
from reconcile.fleet.export_domains import Export, export_domain
from reconcile.model.exit import Exit
from reconcile.render.console import console
from reconcile.render.text_written import show_written
from reconcile.views.imported import WrittenView, left_out_notes
from reconcile.views.words import count


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """The options of `export`, as click hands them over."""

    output: Path


def export(terminal: Terminal, domains: Sequence[str], options: ExportOptions) -> Exit:
    """A folder for each domain below --output; nothing that is there is written over."""
    with Connections(terminal.access) as connections:
        host = connections.open(terminal.access.one(), readonly=False)
        chosen = selected_domains(domains, host.domains(), host.uri)
        exports = [export_domain(host, each) for each in chosen]
    _require_new(exports, options.output)
    try:
        for each in exports:
            _write(each, options.output / each.folder)
    except OSError as error:
        raise FileWriteError(error.filename or str(options.output), error.strerror or "") from error
    show_written(console(terminal.color), (_view(each, options.output) for each in exports))
    return Exit.OK


def _require_new(exports: Sequence[Export], folder: Path) -> None:
    paths = [folder / each.folder for each in exports]
    there = tuple(str(path) for path in paths if path.is_symlink() or path.exists())
    if there:
        raise FileExistsAlreadyError(there, "remove it")


def _write(export: Export, folder: Path) -> None:
    make_folder(folder)
    for name, text in export.files.items():
        write_secret(folder / name, text)
    sync_folder(folder)


def _view(export: Export, folder: Path) -> WrittenView:
    notes = left_out_notes(export.left_out)
    if notes:
        notes = (*notes, "what is not declared comes back by restore.sh")
    done = f"exported, {count(export.snapshots, 'snapshot')}"
    return WrittenView(export.id.name, str(folder / export.folder), done, notes)
