"""Paths on the command line, where a saved plan can stand in the place of a manifest."""

from collections.abc import Sequence
from pathlib import Path

from reconcile.errors import NotAManifestError
from reconcile.planfile.detect import is_plan_file


def manifests(paths: Sequence[Path]) -> Sequence[Path]:
    """The paths of a command that takes manifests only, unchanged.

    Raises NotAManifestError where one of them is a saved plan.
    """
    for path in paths:
        if is_plan_file(path):
            raise NotAManifestError(str(path))
    return paths
