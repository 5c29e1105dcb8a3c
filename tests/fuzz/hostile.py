"""Values that have broken readers of JSON, and text that `json.dumps` would not write."""

import json
import random
from typing import Any, Final

from tests.fuzz.sandbox import Sandbox

PLACEHOLDER: Final = "\ue000raw {}\ue000"
RAW: Final = (
    "[" * 900 + "]" * 900,
    "[" * 100_000 + "]" * 100_000,
    '{"a":' * 100_000 + "1" + "}" * 100_000,
    "9" * 5_000,
    "-" + "9" * 300,
    "1e400",
    "-0.0",
    "NaN",
    "-Infinity",
    '{"action": "create", "action": "delete"}',
    "tru",
    '"unended',
)
NUMBERS: Final = (0, 1, -1, 7, 2**31, 2**53 + 1, 2**63, 2**64, 10**30, -(10**30), 0.5, 1e308)
TEXTS: Final = (
    *("\0", "a\0b", "\ud800", "\udfff\ud800", "a\ud800b"),
    *("", " ", "\n", "\r\n", "a\nb", "\x1b[31m", "\u202e", "\ufeff", "ä", "\U0001f600"),
    *(".", "..", "../../x", "/", "//", "a/b", "con", "-", "--help", "~", "%s%n", "${HOME}"),
    *("true", "null", "1e3", "2024-01-01", "create", "do", "undo", "done", "applied", "in sync"),
    *("<a/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "::stop-commands::x", "[red]x[/red]"),
    *("test://", "test:///default", "test:///missing.xml", "qemu://[", "nosuch://x", "://", "x:"),
)


class Hostile:
    """Values for a place in a document; `sandbox` is where paths and programs among them lie."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._own = (
            str(sandbox.escape),
            f"../../../{sandbox.escape.name}",
            str(sandbox.precious),
            f"qemu+ext:///session?command={sandbox.program}",
            f"test+ext:///default?command={sandbox.program}",
        )

    def forged(self, rng: random.Random) -> str:
        """A path or a URI that must not be followed."""
        return rng.choice(self._own)

    def value(self, rng: random.Random) -> Any:  # noqa: ANN401 - any JSON value
        """One of another type, size or meaning than any reader expects."""
        match rng.randrange(9):
            case 0:
                return rng.choice((None, True, False, [], {}, [None], {"a": 1}, [[]], [""], ""))
            case 1:
                return rng.choice(NUMBERS)
            case 2 | 3 | 4:
                return rng.choice(TEXTS)
            case 5 | 6:
                return self.forged(rng)
            case 7:
                return "x" * 10 ** rng.randrange(6)
            case _:
                return PLACEHOLDER.format(rng.randrange(len(RAW)))


def text(value: Any, rng: random.Random) -> bytes:  # noqa: ANN401 - any JSON value
    """The value as JSON, with the raw text in the place of each placeholder."""
    written = json.dumps(value, ensure_ascii=rng.random() < 0.5, indent=rng.choice((None, None, 1)))
    for number, raw in enumerate(RAW):
        for ascii_only in (True, False):
            key = json.dumps(PLACEHOLDER.format(number), ensure_ascii=ascii_only)
            written = written.replace(key, raw)
    return written.encode("utf-8", "surrogatepass")
