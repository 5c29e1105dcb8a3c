"""What answers at once does not wait for what only a plan needs."""

import subprocess
import sys

import pytest

from tests.harness.transcript import ROOT

LOADED = """
import sys
from reconcile.cli.main import main
main(sys.argv[1:])
print(*sys.modules, file=sys.stderr)
"""
SLOW = {"libvirt", "lxml", "rich", "yaml", "jsonschema", "reconcile.model.plan", "reconcile.views"}


@pytest.mark.parametrize("arguments", [["--help"], ["plan", "--help"], ["--version"]])
def test_help_loads_nothing_slow(arguments: list[str]) -> None:
    command = (sys.executable, "-c", LOADED, *arguments)
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout
    assert SLOW & {*ran.stderr.split()} == set()
