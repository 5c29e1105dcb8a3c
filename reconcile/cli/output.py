"""Standard output and error as they really are: closed, full, a broken pipe, or not UTF-8.

Nothing that happens to the output may end a run halfway: an apply goes on and its exit code says
how it ended. What could not be written is remembered for the error boundary.
"""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from typing import TextIO

PLAIN = str.maketrans(
    {
        "→": "->",
        "✓": "done",
        "↶": "undone",
        "✗": "x",
        "↩": "<",
        "…": "...",
        "│": "|",
        "⚠": "!",
        "·": ".",
        "─": "-",
    }
)


class Output(io.TextIOBase):
    """A stream that takes every text; `lost` holds the first error that kept a text back."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self.lost: OSError | None = None

    @property
    def encoding(self) -> str:  # type: ignore[override]  # typeshed declares it as an attribute
        """The stream's encoding, which decides whether trees are drawn with lines or with ASCII."""
        return getattr(self._stream, "encoding", None) or "utf-8"

    def writable(self) -> bool:
        """True for every stream: a text that cannot be written is dropped."""
        return True

    def isatty(self) -> bool:
        """Whether a terminal shows what is written to the stream."""
        return self._stream is not None and self._stream.isatty()

    def fileno(self) -> int:
        """The file descriptor of the stream. Raises UnsupportedOperation when it is closed."""
        if self._stream is None:
            raise io.UnsupportedOperation("the stream is closed")
        return self._stream.fileno()

    def write(self, text: str | bytes) -> int:
        """Write what the stream's encoding can show, and the rest as escapes.

        Returns the text's length. Bytes are read as UTF-8: click writes completion scripts as
        bytes.
        """
        if self._stream is not None and self.lost is None:
            try:
                said = text.decode() if isinstance(text, bytes) else text
                self._stream.write(self._encodable(said))
            except OSError as error:
                self.lost = error
        return len(text)

    def flush(self) -> None:
        """Write what the stream has buffered; an OSError is kept in `lost`."""
        if self._stream is not None and self.lost is None:
            try:
                self._stream.flush()
            except OSError as error:
                self.lost = error

    def _encodable(self, text: str) -> str:
        if not self.encoding.lower().startswith("utf"):
            text = text.translate(PLAIN)
        return text.encode(self.encoding, "backslashreplace").decode(self.encoding)


@contextmanager
def guarded() -> Iterator[Output]:
    """A context in which standard output and error never raise; yields standard output."""
    out, err = Output(sys.stdout), Output(sys.stderr)
    with redirect_stdout(out), redirect_stderr(err):
        yield out
        out.flush()
        err.flush()


def discard(lost: OSError | None) -> None:
    """Close standard output after an error, so that the interpreter does not flush it again."""
    if lost is not None:
        with suppress(OSError, AttributeError):
            sys.stdout.close()
