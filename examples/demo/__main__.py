"""`python -m examples.demo`: sets the scene, has the story played, clears it all away.

Exit code 0 only when every stage has ended as told; 1 when one has not or the lab cannot start;
128 and the signal's number when interrupted.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import libvirt

from examples.demo.interruption import InterruptedDemoError, Interruption
from examples.demo.keeper import kept_folder
from examples.demo.play import DemoError, Player, say
from examples.demo.story import STORY
from tests.lab.daemon import Daemon
from tests.lab.domain import Domain, define
from tests.lab.errors import LabError
from tests.lab.releases import OWN

CHECKOUT: Final = Path(__file__).parents[2]
FAILURES: Final = (
    *(DemoError, InterruptedDemoError, LabError),
    *(libvirt.libvirtError, BrokenPipeError),
)


def main() -> int:
    """Play the whole demo; the exit code."""
    interruption = Interruption()
    interruption.listen()
    try:
        with kept_folder() as folder:
            _perform(folder, interruption)
    except FAILURES as error:
        # A command that the terminal's Ctrl-C ended as well may be what failed.
        what = "was interrupted" if interruption.exit_code else f"failed: {error}"
        sys.stderr.write(f"\nThe demo {what}\nAll of it is cleared away.\n")
        return interruption.exit_code or 1
    finally:
        interruption.ignore()
    say(f"\nAll {len(STORY)} stages ended as told. Nothing is left: no process, no file.")
    return 0


def _perform(folder: Path, interruption: Interruption) -> None:
    with Daemon(OWN) as daemon:
        web01 = define(daemon, "web01")
        _introduce(web01)
        player = Player(_environ(web01, folder), interruption)
        for number, stage in enumerate(STORY, start=1):
            interruption.check()
            player.play(number, stage)


def _introduce(domain: Domain) -> None:
    """Show what the commands of the story mean by their variables."""
    for name, value in _variables(domain).items():
        say(f"$ export {name}={value!r}")


def _variables(domain: Domain) -> dict[str, str]:
    return {
        "LIBVIRT_DEFAULT_URI": domain.daemon.uri,
        "DISK": str(domain.source("vda")),
        "SCRATCH": str(domain.folder),
    }


def _environ(domain: Domain, folder: Path) -> Mapping[str, str]:
    """The environment of the commands: ours, with every place that they write to in the folder."""
    homes = ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR")
    return {
        **os.environ,
        **_variables(domain),
        **dict.fromkeys(homes, str(folder)),
        "TMPDIR": str(folder),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "LC_ALL": "C.UTF-8",
    }


if __name__ == "__main__":
    os.chdir(CHECKOUT)
    sys.exit(main())
