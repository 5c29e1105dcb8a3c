"""Numbers of bytes for people."""

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
_STEP = 1024
_EXACT = 10  # below it a decimal says something


def size(count: int) -> str:
    """A number of bytes in binary units, e.g. `1.5 GiB`."""
    power = next((n for n in range(len(_UNITS)) if count < _STEP ** (n + 1)), len(_UNITS) - 1)
    value = count / _STEP**power
    decimals = 1 if power and value < _EXACT else 0
    return f"{value:,.{decimals}f} {_UNITS[power]}"
