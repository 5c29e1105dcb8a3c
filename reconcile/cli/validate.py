"""`reconcile validate`: manifests alone, no host."""

import sys
from collections.abc import Sequence
from pathlib import Path

from reconcile.cli.arguments import manifests
from reconcile.cli.terminal import Terminal
from reconcile.manifest.load import load
from reconcile.model.exit import Exit
from reconcile.views.words import count


def validate(_terminal: Terminal, paths: Sequence[Path]) -> Exit:
    """Check manifests and count their trees. Raises ManifestError with every problem."""
    trees = load(manifests(paths))
    snapshots = sum(len(tree.snapshots) for tree in trees)
    sys.stdout.write(f"valid: {count(len(trees), 'tree')}, {count(snapshots, 'snapshot')}\n")
    return Exit.OK
