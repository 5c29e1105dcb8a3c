"""The terminal: colour, width, and text that cannot carry control sequences."""

import sys

from rich.console import Console

COLOR = {"auto": None, "always": True, "never": False}


def console(color: str, *, stderr: bool = False) -> Console:
    """A console that wraps nothing and highlights nothing by itself."""
    forced = COLOR[color]
    return Console(
        file=sys.stderr if stderr else sys.stdout,
        force_terminal=forced or None,
        no_color=True if forced is False else None,
        highlight=False,
        markup=False,
        soft_wrap=True,
        emoji=False,
    )


def safe(text: str) -> str:
    """Names and descriptions come from hosts and files: control characters are shown, not sent."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)
