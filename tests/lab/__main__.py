"""Command line of the lab: `python -m tests.lab build` and `python -m tests.lab status`.

For people and CI jobs that prepare a machine; the tests call the modules themselves.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable

from tests.lab import guest_build
from tests.lab.build import build
from tests.lab.errors import LabError
from tests.lab.releases import TRIXIE, Release, possible

PROGRAMS = (("libvirt", "/usr/sbin/libvirtd"), ("QEMU", "/usr/bin/qemu-system-x86_64"))


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.lab", description=__doc__)
    parser.add_argument("command", choices=("build", "status"))
    command = parser.parse_args().command
    try:
        for release in possible():
            print(_built(release) if command == "build" else _status(release), flush=True)
        if TRIXIE in possible():
            print(_guest_built() if command == "build" else _guest_status(), flush=True)
    except LabError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _built(release: Release) -> str:
    return _done(release.name, lambda: build(release))


def _guest_built() -> str:
    return _done("guest", guest_build.build)


def _done(name: str, work: Callable[[], bool]) -> str:
    began = time.monotonic()
    was = "built" if work() else "there already"
    return f"{name}: {was} ({time.monotonic() - began:.1f} s)"


def _guest_status() -> str:
    if not guest_build.is_built():
        return "guest: not built; run: python -m tests.lab build"
    return f"guest: kernel and initramfs in {guest_build.folder()}"


def _status(release: Release) -> str:
    if not release.is_built:
        return f"{release.name}: not built; run: python -m tests.lab build"
    versions = (f"{name} {_version(release, path)}" for name, path in PROGRAMS)
    return f"{release.name}: {', '.join(versions)} in {release.base}"


def _version(release: Release, program: str) -> str:
    inside = () if release.suite is None else ("chroot", str(release.base))
    command = (*inside, program, "--version")
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    words = said.splitlines()[0].replace("(libvirt)", "").split()
    return next(word for word in words if word[0].isdigit())


if __name__ == "__main__":
    sys.exit(main())
