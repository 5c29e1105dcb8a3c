"""`reconcile validate`: manifests alone, no host."""

import sys
from collections.abc import Sequence
from pathlib import Path

from reconcile.cli.arguments import manifests
from reconcile.cli.terminal import Terminal
from reconcile.hosts_file.load import hosts_beside
from reconcile.hosts_file.placement import HostChoice, place
from reconcile.manifest.load import load
from reconcile.model.exit import Exit
from reconcile.views.words import count


def validate(terminal: Terminal, paths: Sequence[Path]) -> Exit:
    """Raise ManifestError with every problem, or say what was found.

    With a hosts file, that too, and whether each manifest names hosts of it.
    """
    hosts = terminal.hosts_file or hosts_beside(paths)
    trees = load(manifests(paths))
    if hosts is not None:
        place(trees, HostChoice(hosts, terminal.uri))
    snapshots = sum(len(tree.snapshots) for tree in trees)
    sys.stdout.write(f"valid: {count(len(trees), 'tree')}, {count(snapshots, 'snapshot')}\n")
    return Exit.OK
