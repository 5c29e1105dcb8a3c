"""Terminal sessions as files: commands behind `$ `, then exactly what they print.

What goes to stderr stands behind a line `[stderr]`, an exit code other than 0 in a last line
`[exit N]`; lines before the first command say what the session is about. `> ` continues a command.
RECONCILE_UPDATE_GOLDEN=1 writes the outputs anew; look at the difference before committing.
"""

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.harness import preloaded

ROOT: Final = Path(__file__).parent.parent.parent
UPDATE: Final = os.environ.get("RECONCILE_UPDATE_GOLDEN") == "1"
HOME: Final = "/srv/ops"  # stands for the session's directory
SECONDS: Final = 120
_DIGEST: Final = re.compile(r"\bsha256:[0-9a-f]{64}")
_TOOK: Final = re.compile(r"(?<=\S)  \d+ s$", re.MULTILINE)  # said of long steps, on a busy machine


@dataclass(frozen=True, slots=True)
class Session:
    """Runs commands in a directory; `names` are replaced in what they print, longest first."""

    folder: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    markers: bool = True

    def replay(self, text: str) -> str:
        """The transcript as it really is, to be compared with what it was."""
        return "".join(self._replayed(text))

    def _replayed(self, text: str) -> Iterator[str]:
        program = self._program()
        last = 0
        for block in _blocks(text):
            yield block.text
            if block.command:
                done = self._run(f"(exit {last}); {block.command}", program)
                last = done.returncode
                yield self._normal(self._said(done))

    def _program(self) -> Path:
        folder = self.folder / ".bin"
        folder.mkdir(exist_ok=True)
        preloaded.write_program(folder / "reconcile")
        return folder

    def _run(self, command: str, programs: Path) -> "subprocess.CompletedProcess[str]":
        path = f"{programs}:{os.environ['PATH']}"
        return subprocess.run(
            ("bash", "-c", command),
            cwd=self.folder,
            env={**os.environ, "LANG": "C.UTF-8", **self.variables, "PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if self.markers else subprocess.STDOUT,
            encoding="utf-8",
            errors="backslashreplace",
            check=False,
            timeout=SECONDS,
        )

    def _said(self, done: "subprocess.CompletedProcess[str]") -> str:
        if not self.markers:
            return done.stdout
        errors = f"[stderr]\n{done.stderr}" if done.stderr else ""
        code = f"[exit {done.returncode}]\n" if done.returncode else ""
        return done.stdout + errors + code

    def _normal(self, text: str) -> str:
        names = {**self.names, str(self.folder): HOME}
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(name, names[name])
        return _TOOK.sub("", _DIGEST.sub("sha256:…", text))


@dataclass(frozen=True, slots=True)
class _Block:
    """The lines of one command as they stand, and the command; the head has none."""

    text: str
    command: str = ""


def _blocks(text: str) -> Iterator[_Block]:
    head, *commands = re.split(r"^(?=\$ )", text, flags=re.MULTILINE)
    yield _Block(head)
    for block in commands:
        lines = block.splitlines()
        shown = [lines[0], *_continued(lines[1:])]
        yield _Block("\n".join(shown) + "\n", "\n".join(line[2:] for line in shown))


def _continued(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if not line.startswith("> ") and line != ">":
            return
        yield line


def compare(path: Path, session: Session) -> None:
    """Assert that a transcript file is what happens, or write it if asked to."""
    got = session.replay(path.read_text("utf-8"))
    if UPDATE:
        path.write_text(got, "utf-8")
    assert got == path.read_text("utf-8")
