"""The only importer of platformdirs: where this user's state lies."""

from pathlib import Path

from platformdirs import user_state_path


def state_directory() -> Path:
    """`$XDG_STATE_HOME/reconcile`, for journals, locks and applied plans; made by who writes."""
    return user_state_path("reconcile")
