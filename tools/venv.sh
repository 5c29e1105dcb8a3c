#!/bin/bash
# Makes or updates .venv: the pinned tools of requirements-dev.txt and the project itself, editable.
# Everything it writes stays in the checkout, pip's downloads too.
set -euo pipefail
cd "$(dirname "$0")/.."

pip_install() {
    # Twice quiet: errors only, not what an index of this machine is warned about.
    .venv/bin/python -m pip install -qq --no-input --disable-pip-version-check "$@"
}
export PIP_CACHE_DIR="${PIP_CACHE_DIR:-$PWD/.cache/pip}"

echo "Installing the Python packages of requirements-dev.txt into .venv"
# An environment of a Python that is gone, or half made, cannot be repaired.
.venv/bin/python -m pip --version >/dev/null 2>&1 || "$(tools/python.sh)" -m venv --clear .venv
pip_install -r requirements-dev.txt
pip_install --no-deps --no-build-isolation -e .
touch .venv/stamp
