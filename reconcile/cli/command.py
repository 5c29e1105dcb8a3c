"""What every command of the command line has in common."""

import click


class Command(click.Command):
    """A command whose help says that the options of `reconcile` can follow it, too."""

    def format_epilog(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the paragraph on the options of `reconcile` below the command's own options."""
        formatter.write_paragraph()
        formatter.write_text("The options of `reconcile --help` can stand here too.")
