"""`reconcile explain` and `schema`: what the installed package itself knows; no host is needed."""

import sys

from reconcile.cli.package_files import all_pages, schema_names, schema_text
from reconcile.cli.terminal import Terminal
from reconcile.errors import UnknownCodeError
from reconcile.model.exit import Exit
from reconcile.render.console import console
from reconcile.render.text_page import show_codes, show_pages


def explain(terminal: Terminal, code: str | None) -> Exit:
    """Print all that is known of a code, or all codes where none is given.

    A refusal and a finding of one cause share their code. Raises UnknownCodeError.
    """
    known = tuple(all_pages())
    here = console(terminal.color)
    if code is None:
        show_codes(here, known)
        return Exit.OK
    pages = [page for page in known if page.code == code.strip("[]`")]
    if not pages:
        raise UnknownCodeError(code, frozenset(page.code for page in known))
    show_pages(here, pages)
    return Exit.OK


def schema(name: str | None) -> Exit:
    """Print a JSON Schema as its file is, or all names. Raises UnknownSchemaError."""
    if name is None:
        sys.stdout.write("".join(f"{each}\n" for each in schema_names()))
    else:
        sys.stdout.write(schema_text(name))
    return Exit.OK
