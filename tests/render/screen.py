"""Lines as a console shows them: without colour into a file, or with it on a terminal."""

import io
from collections.abc import Callable

from rich.console import Console


def printed(draw: Callable[[Console], None], *, width: int = 100, colour: bool = False) -> str:
    """All that is printed."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        highlight=False,
        markup=False,
        soft_wrap=True,
        emoji=False,
    )
    draw(console)
    return out.getvalue()
