"""Base classes of errors: message, remedy, exit code, and how an error is pickled."""

from typing import Any

from reconcile.model.exit import Exit


class ReconcileError(Exception):
    """Base of all errors that are reported without a traceback: `message`, and what to do.

    An error pickles with all its attributes, whatever its class is made from, so that another
    process can hand it over.
    """

    exit_code = Exit.ERROR

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __reduce__(self) -> tuple[Any, ...]:
        """For pickle, which would else call the class with the message alone."""
        return _restored, (type(self), self.args, self.__dict__)


class UsageError(ReconcileError):
    """A command line that cannot be followed, whatever the manifests and hosts say."""

    exit_code = Exit.USAGE


def _restored(
    kind: type[ReconcileError], arguments: tuple[object, ...], attributes: dict[str, object]
) -> ReconcileError:
    error = kind.__new__(kind, *arguments)
    error.__dict__.update(attributes)
    return error
