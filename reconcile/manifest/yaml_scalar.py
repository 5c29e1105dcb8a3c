"""Text as a YAML scalar that every YAML reader takes for that very string.

Readers of YAML 1.1 and 1.2 disagree on what an unquoted word is: dates, octals, `on`, `~`, `1e3`.
So only words that no reader guesses anything of are written without quotes.
"""

import re
from typing import Final

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.+/()-]*(?: [A-Za-z0-9_+/()][A-Za-z0-9_.+/()-]*)*\Z")
_WORDS: Final = frozenset(
    {"y", "yes", "n", "no", "true", "false", "on", "off", "null", "nan", "inf", "infinity"}
)
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_HASHES: Final = "#\\x23"  # `##[name]` is a command to the runners of CI jobs
_BYTE, _WORD = 0xFF, 0xFFFF


def scalar(text: str) -> str:
    """The text in one line, as a value or a key, in block or flow style."""
    if _PLAIN.match(text) and text.lower() not in _WORDS:
        return text
    quoted = "".join(map(_character, text))
    return f'"{quoted.replace("##", _HASHES)}"'


def block(text: str, indent: int) -> str:
    """The text as a value of block style: of several lines a literal block, else as `scalar`.

    `indent` is that of the block's lines, in spaces.
    """
    lines = text.split("\n")
    if lines[1:] and all(map(_fits_block, lines)) and lines[0] and lines[-1]:
        return "|-\n" + "\n".join(f"{' ' * indent}{line}" if line else "" for line in lines)
    return scalar(text)


def _fits_block(line: str) -> bool:
    """Whether a block shows the line as it is: nothing invisible, and no blank at either end.

    Nor anything that the runner of a CI job, where the manifest is printed, takes for a command.
    """
    harmless = not line.startswith(("::", "/")) and "##" not in line
    return harmless and line.isprintable() and line == line.strip(" ")


def _character(sign: str) -> str:
    """As it is where it can be seen, else as an escape."""
    if sign in _ESCAPES:
        return _ESCAPES[sign]
    if sign.isprintable():
        return sign
    number = ord(sign)
    if number <= _BYTE:
        return f"\\x{number:02X}"
    return f"\\u{number:04X}" if number <= _WORD else f"\\U{number:08X}"
