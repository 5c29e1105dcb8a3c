"""Command line of the lab: `python -m tests.lab build` and `python -m tests.lab status`.

For people and CI jobs that prepare a machine; the tests call the modules themselves.
"""

import argparse
import subprocess
import sys
import time

from tests.lab.build import build
from tests.lab.errors import LabError
from tests.lab.releases import Release, possible

PROGRAMS = (("libvirt", "/usr/sbin/libvirtd"), ("QEMU", "/usr/bin/qemu-system-x86_64"))


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.lab", description=__doc__)
    parser.add_argument("command", choices=("build", "status"))
    command = parser.parse_args().command
    try:
        for release in possible():
            print(_built(release) if command == "build" else _status(release), flush=True)
    except LabError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _built(release: Release) -> str:
    began = time.monotonic()
    was = "built" if build(release) else "there already"
    return f"{release.name}: {was} ({time.monotonic() - began:.1f} s)"


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
