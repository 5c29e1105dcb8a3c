"""Styles of what is shown: the more a line matters, the stronger its style.

Colours are named, so that a terminal's own theme decides how they look on its background.
"""

from reconcile.model.told_step import StepKind

NAME = "bold"
FAINT = "dim"  # what is there to be looked up: hosts, guides, digests, names of rules
GOOD = "green"
BAD = "bold red"
LOSS = "bold red"  # yellow is hard to read on a light background
NOTICE = "yellow"
OLD = "red"
NEW = "green"
SIGNS = {
    StepKind.CREATE: ("+", "green"),
    StepKind.RENAME: ("→", "cyan"),
    StepKind.REDEFINE: ("~", "cyan"),
    StepKind.DELETE: ("-", "red"),
    StepKind.REVERT: ("↩", "magenta"),
}
