"""`reconcile explain` and `schema`: what the installed package itself knows; no host is needed."""

import sys

from reconcile.cli.package_files import all_pages, schema_names, schema_text
from reconcile.cli.terminal import Terminal
from reconcile.errors import UnknownCodeError
from reconcile.model.exit import Exit
from reconcile.render.console import console
from reconcile.render.text_page import show_codes, show_page


def explain(terminal: Terminal, code: str | None) -> Exit:
    """Print the page of a code, or all codes where none is given. Raises UnknownCodeError."""
    known = {page.code: page for page in all_pages()}
    here = console(terminal.color)
    if code is None:
        show_codes(here, tuple(known.values()))
        return Exit.OK
    page = known.get(code.strip("[]`"))
    if page is None:
        raise UnknownCodeError(code, frozenset(known))
    show_page(here, page)
    return Exit.OK


def schema(name: str | None) -> Exit:
    """Print a JSON Schema as its file is, or all names. Raises UnknownSchemaError."""
    if name is None:
        sys.stdout.write("".join(f"{each}\n" for each in schema_names()))
    else:
        sys.stdout.write(schema_text(name))
    return Exit.OK
