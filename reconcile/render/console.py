"""Consoles for standard output and error: what each is connected to, and whether it has colour."""

import os
import sys

from rich.console import Console

COLOR = {"auto": None, "always": True, "never": False}


def console(color: str, *, stderr: bool = False) -> Console:
    """A console that wraps nothing and highlights nothing by itself.

    A terminal without a name in TERM may not know control sequences: it is served like a file.
    """
    forced = COLOR[color]
    nameless = forced is None and not os.environ.get("TERM")
    return Console(
        file=sys.stderr if stderr else sys.stdout,
        force_terminal=False if nameless else forced or None,
        color_system=None if forced is False else "auto",
        highlight=False,
        markup=False,
        soft_wrap=True,
        emoji=False,
    )


def draws(console: Console) -> bool:
    """Whether the console can show more than ASCII; an escape would be wider than its sign."""
    return console.encoding.startswith("utf")
