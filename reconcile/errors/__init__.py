"""Every error that ends a run, with its data, its exit code and its words, in this one package.

An error says what happened, where (file:line:column, or host and domain) and what to do.
Refusals of a plan are no errors: see `rules.refusals`.
"""

from reconcile.errors.base import (
    ReconcileError,
    UsageError,
)
from reconcile.errors.host import (
    HostError,
    HostsError,
    HostXmlError,
    LeftoverError,
    LibvirtMessage,
    LostJobError,
    LostStartError,
    NoCurrentSnapshotError,
    NoParentError,
    ReadOnlyError,
    UnknownDomain,
    UnknownDomainsError,
    UnknownSnapshotError,
)
from reconcile.errors.imports import (
    FileExistsAlreadyError,
    FileWriteError,
    ImportDiffersError,
    ImportOptionError,
    SharedManifestError,
)
from reconcile.errors.journal import (
    JournalError,
    JournalHeldError,
    JournalHostError,
    LockedError,
    NoJournalError,
    OpenStateError,
    StateError,
    StoppedError,
    UnknownUriError,
    UnlistedUriError,
    UntrustedJournalError,
)
from reconcile.errors.lookup import (
    UnknownCodeError,
    UnknownSchemaError,
)
from reconcile.errors.manifest import (
    DumpFileError,
    HostsFileError,
    ManifestError,
    Problem,
)
from reconcile.errors.planfile import (
    PlanAppliedError,
    PlanFileError,
    PlanWriteError,
    UnexpectedPlanError,
)
from reconcile.errors.run import (
    BugError,
    DeclinedError,
    OutputError,
)
from reconcile.errors.usage import (
    ConfirmationNeededError,
    EmptyUriError,
    HostNeededError,
    NoHostsFileError,
    NotAManifestError,
    OddUriError,
    OtherHostError,
    RevisionError,
    SavedPlanOptionError,
    UnconfirmedAbandonError,
    UnlistedHostError,
    UnmatchedHostsError,
)

__all__ = [
    "BugError",
    "ConfirmationNeededError",
    "DeclinedError",
    "DumpFileError",
    "EmptyUriError",
    "FileExistsAlreadyError",
    "FileWriteError",
    "HostError",
    "HostNeededError",
    "HostXmlError",
    "HostsError",
    "HostsFileError",
    "ImportDiffersError",
    "ImportOptionError",
    "JournalError",
    "JournalHeldError",
    "JournalHostError",
    "LeftoverError",
    "LibvirtMessage",
    "LockedError",
    "LostJobError",
    "LostStartError",
    "ManifestError",
    "NoCurrentSnapshotError",
    "NoHostsFileError",
    "NoJournalError",
    "NoParentError",
    "NotAManifestError",
    "OddUriError",
    "OpenStateError",
    "OtherHostError",
    "OutputError",
    "PlanAppliedError",
    "PlanFileError",
    "PlanWriteError",
    "Problem",
    "ReadOnlyError",
    "ReconcileError",
    "RevisionError",
    "SavedPlanOptionError",
    "SharedManifestError",
    "StateError",
    "StoppedError",
    "UnconfirmedAbandonError",
    "UnexpectedPlanError",
    "UnknownCodeError",
    "UnknownDomain",
    "UnknownDomainsError",
    "UnknownSchemaError",
    "UnknownSnapshotError",
    "UnknownUriError",
    "UnlistedHostError",
    "UnlistedUriError",
    "UnmatchedHostsError",
    "UntrustedJournalError",
    "UsageError",
]
