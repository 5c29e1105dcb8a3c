"""`reconcile import`: manifests for what is there. Reads the host; only --adopt changes it."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from reconcile.cli import exit_code
from reconcile.cli.interrupt import Interrupts
from reconcile.cli.report import ended, reporter
from reconcile.cli.terminal import Terminal
from reconcile.errors import FileExistsAlreadyError, FileWriteError, ImportOptionError
from reconcile.files.new_file import replace_file, write_new
from reconcile.fleet.apply import apply_all
from reconcile.fleet.connections import Connections
from reconcile.fleet.declared_domains import declared_domains
from reconcile.fleet.import_manifests import (
    ImportedManifest,
    ImportRequest,
    adoptions,
    import_manifests,
    named_host,
)
from reconcile.fleet.observed_host import ObservedHost, observed_host
from reconcile.fleet.run import Options, Run
from reconcile.journal.store import Store
from reconcile.manifest.edit import Blocked
from reconcile.manifest.edits import RemoveEntry, RemoveKey
from reconcile.manifest.files import BYTE_ORDER_MARK
from reconcile.manifest.schema import packaged_text
from reconcile.manifest.write_document import SCHEMA, SCHEMA_NAME
from reconcile.model.exit import Exit
from reconcile.render.console import console
from reconcile.render.text_written import show_written
from reconcile.views.imported import WrittenView, blocked_lines, difference, left_out_notes
from reconcile.views.words import count

STANDARD_OUTPUT = Path("-")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """The options of `import`, as click hands them over."""

    output: Path
    adopt: bool
    update: bool
    check: bool


def import_(terminal: Terminal, domains: Sequence[str], options: ImportOptions) -> Exit:
    """Make the manifests, write them, and own what they declare if that is asked for."""
    _require_sense(options)
    with ExitStack() as stack:
        connections = stack.enter_context(Connections(terminal.access))
        if options.adopt:  # before a file is written
            connections.open(terminal.access.one(), readonly=False)
        host = stack.enter_context(observed_host(terminal.access, domains))
        made = import_manifests(host, _request(terminal, host, options))
        if options.output == STANDARD_OUTPUT:
            return _printed(terminal, made)
        code = _written(terminal, made, options)
        adopting = options.adopt and code is Exit.OK
        return _adopted(terminal, connections, made) if adopting else code


def _require_sense(options: ImportOptions) -> None:
    if options.output == STANDARD_OUTPUT and options.adopt:
        raise ImportOptionError("--adopt", "needs files: what is owned has to be in git")
    if options.output == STANDARD_OUTPUT and (options.update or options.check):
        raise ImportOptionError("--output -", "names no file that could be compared or changed")
    if options.check and options.adopt:
        raise ImportOptionError("--adopt", "changes the host, and --check changes nothing")


def _request(terminal: Terminal, host: ObservedHost, options: ImportOptions) -> ImportRequest:
    declared = terminal.access.one()
    connect, folder = named_host(declared), options.output
    if not (options.update or options.check):
        return ImportRequest(folder, connect, options.adopt, {})
    there = declared_domains(folder, host.connection, host.ids, declared)
    return ImportRequest(folder, connect, options.adopt, there)


def _printed(terminal: Terminal, made: Sequence[ImportedManifest]) -> Exit:
    """Manifests on standard output, as one file of several documents; notes go to stderr."""
    sys.stdout.write("---\n".join(each.text for each in made if each.text))
    told = (view for view in map(_view, made) if view.notes)
    show_written(console(terminal.color, stderr=True), told)
    return Exit.OK


def _written(terminal: Terminal, made: Sequence[ImportedManifest], options: ImportOptions) -> Exit:
    """All files or none: an edit that cannot be made keeps back the others too."""
    shown = console(terminal.color)
    changed = [each for each in made if each.text != each.before]
    blocked = any(each.blocked for each in made)
    if blocked or options.check:
        show_written(shown, map(_compared, made))
        return Exit.ERROR if blocked else Exit.CHANGES if changed else Exit.OK
    _require_new(changed)
    try:
        _write(changed, options.output)
    except OSError as error:
        raise FileWriteError(error.filename or str(options.output), error.strerror or "") from error
    show_written(shown, map(_view, made))
    return Exit.OK


def _require_new(changed: Sequence[ImportedManifest]) -> None:
    """Raise FileExistsAlreadyError where anything lies in the place of a new file."""
    paths = [each.path for each in changed if not each.before]
    there = tuple(str(path) for path in paths if path.is_symlink() or path.exists())
    if there:
        raise FileExistsAlreadyError(there, "edit it by --update")


def _write(changed: Sequence[ImportedManifest], folder: Path) -> None:
    """The files, and beside new ones the schema, by which editors explain and complete them."""
    folder.mkdir(parents=True, exist_ok=True)
    for each in changed:
        if each.before:
            path = each.path.resolve()
            mark = path.read_bytes().startswith(BYTE_ORDER_MARK)
            replace_file(path, (BYTE_ORDER_MARK if mark else b"") + each.text.encode())
        else:
            write_new(each.path, each.text.encode())
    schema = folder / SCHEMA
    if any(not each.before for each in changed) and not schema.exists():
        write_new(schema, packaged_text(SCHEMA_NAME).encode())


def _compared(made: ImportedManifest) -> WrittenView:
    """What would be written, as a patch, with what cannot be."""
    view = _view(made)
    notes = (*(line for each in made.blocked for line in _by_hand(each)), *view.notes)
    change = view.done if made.text == made.before else f"would be {view.done}"
    done = "nothing was written" if made.blocked else change
    patch = difference(str(made.path), made.before, made.text)
    return WrittenView(view.domain, view.place, done, notes, patch)


def _by_hand(blocked: Blocked) -> Iterator[str]:
    match blocked.edit:
        case RemoveEntry(name):
            lines: tuple[str, ...] = (f"without the entry {name}",)
        case RemoveKey(entry, keys):
            lines = (f"without {'.'.join(keys)}{f' of {entry}' if entry else ''}",)
        case _:
            lines = blocked.lines
    return blocked_lines(blocked.why, lines)


def _view(made: ImportedManifest) -> WrittenView:
    place = str(made.path) if made.text else ""
    return WrittenView(made.id.name, place, _done(made), left_out_notes(made.left_out))


def _done(made: ImportedManifest) -> str:
    if not made.text:
        return "no snapshot can be declared" if made.snapshots else "no snapshots"
    if made.before:
        return "unchanged" if made.before == made.text else "updated"
    return f"written, {count(len(made.desired.snapshots) if made.desired else 0, 'snapshot')}"


def _adopted(
    terminal: Terminal, connections: Connections, made: Sequence[ImportedManifest]
) -> Exit:
    """The marks written, with journal, verification and undoing as in every apply."""
    plans = adoptions(connections.open(terminal.access.one(), readonly=False), made)
    terminal.acting = bool(plans)
    with (
        reporter(terminal, "text") as tell,
        Run(Store(terminal.state_dir), tell, Options()) as run,
        Interrupts(run.stop) as interrupts,
    ):
        outcomes = apply_all(plans, connections, run)
    code = exit_code.of_apply(outcomes, interrupted=interrupts.came)
    ended(terminal, "text", outcomes, code)
    return code
