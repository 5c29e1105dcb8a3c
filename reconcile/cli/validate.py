"""`reconcile validate`: manifests alone, no host."""

from collections.abc import Sequence
from pathlib import Path

import click

from reconcile.cli.terminal import Terminal
from reconcile.errors import Exit
from reconcile.manifest.load import load


def validate(_terminal: Terminal, paths: Sequence[Path]) -> Exit:
    """Raise ManifestError with every problem, or say what was found."""
    trees = load(paths)
    snapshots = sum(len(tree.snapshots) for tree in trees)
    click.echo(f"valid: {_count(len(trees), 'tree')}, {_count(snapshots, 'snapshot')}")
    return Exit.OK


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
