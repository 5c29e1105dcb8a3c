"""JSON on standard output, for every command that has `--format json`."""

import json
import sys

from reconcile.render.escape import neutral_json


def write_json(value: object) -> None:
    """Print a value that JSON can hold, indented, with nothing in it that commands a CI runner."""
    sys.stdout.write(neutral_json(json.dumps(value, indent=2)) + "\n")
