"""One apply per image file at a time: looking whether a file is free and making it is one act.

Two domains whose overlays get one name are told apart by libvirt only when neither is there yet:
asked at the same moment, it lets one call unlink the other's file, or puts both domains on it
(tried on 9.0.0, 11.3.0 and 12.8.0).
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from reconcile.journal.lock import locked


@dataclass(frozen=True, slots=True)
class PathLocks:
    """The locks of one host's files; `directory` is where lock files lie, `server` the host.

    `seconds` is how long others are waited for; `stop` ends that, and `tell` says it in words.
    """

    directory: Path
    server: str
    seconds: float
    tell: Callable[[str], None]
    stop: Callable[[], bool]

    @contextmanager
    def hold(self, paths: Iterable[str]) -> Iterator[None]:
        """A context that holds the locks of these paths, taken in one order against deadlocks.

        Raises LockedError after `seconds`, StoppedError, StateError.
        """
        with ExitStack() as stack:
            for path in sorted({os.path.realpath(path) for path in paths}):
                key = (self.server, f"file {path}")
                stack.enter_context(locked(self.directory, key, self.seconds, self.tell, self.stop))
            yield
