"""Errors of what is written for git: manifests and exports of what a host holds."""

from reconcile.errors.base import ReconcileError, UsageError


class FileExistsAlreadyError(ReconcileError):
    """Files that would be written are there already; nothing was written."""

    def __init__(self, files: tuple[str, ...], option: str) -> None:
        more = f", and {len(files) - 1} more are" if len(files) > 1 else " is"
        super().__init__(
            f"{files[0]}{more} there already: nothing was written",
            f"{option}, or give --output another folder",
        )
        self.files = files


class FileWriteError(ReconcileError):
    """A file or folder cannot be made."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(
            f"{file}: it cannot be written: {why}", "give --output a folder you may write to"
        )


class SharedManifestError(ReconcileError):
    """A document that declares several domains is to be changed for one of them."""

    def __init__(self, position: str, domain: str) -> None:
        super().__init__(
            f"{position}: the document declares several domains, not {domain} alone",
            f"edit it by hand, or take {domain} out of `domains` first",
        )


class ImportDiffersError(ReconcileError):
    """The manifest made from a domain would not plan to nothing; it was not written."""

    def __init__(self, domain: str, differences: tuple[str, ...]) -> None:
        super().__init__(
            f"{domain}: a plan for its manifest would not be empty: {'; '.join(differences)}",
            "nothing was written: run it again if somebody changed the domain meanwhile",
        )
        self.differences = differences


class ExportChangedError(ReconcileError):
    """A domain's snapshots changed again and again while they were read."""

    def __init__(self, domain: str) -> None:
        super().__init__(
            f"{domain}: its snapshots change while they are read",
            "nothing was written: export again when nobody works on them",
        )


class ImportOptionError(UsageError):
    """Options of `import` that do not go together."""

    def __init__(self, option: str, why: str) -> None:
        super().__init__(f"{option} {why}", "leave one of them out")
