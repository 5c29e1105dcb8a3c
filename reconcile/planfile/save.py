"""Writing a plan file: all of it or none, readable by its owner only."""

import json
import os
import tempfile
from pathlib import Path

from reconcile.errors import PlanFileError
from reconcile.model.plan import Plan
from reconcile.planfile.encode import encode


def save(plan: Plan, path: Path) -> None:
    """Write the plan beside `path` with mode 0600, then move it into place."""
    text = json.dumps(encode(plan), indent=2) + "\n"
    try:
        with tempfile.NamedTemporaryFile("w", dir=path.absolute().parent, delete=False) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)
    except OSError as error:
        raise PlanFileError(str(path), f"it cannot be written: {error.strerror}") from error
