#!/bin/bash
# Prints the Python to build the environment with: 3.11 or newer, $PYTHON before all others.
# Ends with 1 when there is none.
set -euo pipefail

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

for candidate in "${PYTHON:-python3}" python3.13 python3.12 python3.11 /usr/bin/python3; do
    if is_new_enough "$candidate"; then
        # The program itself: a version manager's wrapper may mean another one elsewhere.
        "$candidate" -c 'import sys; print(sys.executable)'
        exit
    fi
done
echo "There is no Python 3.11 or newer here; name one: make PYTHON=/path/to/python3 ..." >&2
exit 1
