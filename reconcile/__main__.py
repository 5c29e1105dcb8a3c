"""The program of `python -m reconcile`, which runs the `reconcile` command."""

from reconcile.cli.main import run

if __name__ == "__main__":
    run()
