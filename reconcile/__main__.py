"""`python -m reconcile`: the same as the `reconcile` command."""

from reconcile.cli.main import run

if __name__ == "__main__":
    run()
