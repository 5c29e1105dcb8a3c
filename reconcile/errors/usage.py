"""Errors of the command line."""

from reconcile.errors.base import UsageError


class EmptyUriError(UsageError):
    """An empty `--connect`, most likely from a variable that is not set."""

    def __init__(self) -> None:
        super().__init__(
            "--connect is empty", "name a host, or leave the option out for libvirt's default"
        )


class OddUriError(UsageError):
    """A `--connect` whose bytes are not UTF-8."""

    def __init__(self) -> None:
        super().__init__("--connect is not UTF-8 text", "write the URI in plain letters")


class RevisionError(UsageError):
    """A revision given by hand that would not be safe to show and to keep in a mark."""

    def __init__(self) -> None:
        super().__init__(
            "the revision is no plain word",
            "give up to 128 letters, digits, `.`, `_`, `/`, `+` and `-`, such as a commit",
        )


class NotAManifestError(UsageError):
    """A saved plan where a command takes manifests only."""

    def __init__(self, file: str) -> None:
        super().__init__(
            f"{file} is a saved plan, not a manifest",
            "apply it alone, with `reconcile apply FILE`",
        )


class SavedPlanOptionError(UsageError):
    """An option that cannot change a saved plan, which was made without it."""

    def __init__(self, option: str) -> None:
        super().__init__(
            f"{option} cannot change a saved plan",
            f"leave it out, or make another plan with `reconcile plan {option} … --out FILE`",
        )


class MapOptionError(UsageError):
    """`--map` beside what cannot hold moved dumps."""

    def __init__(self, option: str) -> None:
        super().__init__(
            f"--map moves full dumps for one run, and {option} is for a later one",
            "apply the export itself with --map",
        )


class OtherHostError(UsageError):
    """A saved plan that was made for another host than the one that was reached."""

    def __init__(self, given: str, planned: str) -> None:
        super().__init__(
            f"the plan was made for {planned}, not for {given}",
            "reach that host by --connect, or plan again for this one",
        )


class UnconfirmedAbandonError(UsageError):
    """An abandon without --yes where no terminal can ask for a confirmation."""

    def __init__(self) -> None:
        super().__init__(
            "what is abandoned cannot be resumed any more, and there is no terminal to ask on",
            "look at what remains, then pass --yes",
        )


class PatchFormatError(UsageError):
    """A `--patch` with a `--format` other than text."""

    def __init__(self) -> None:
        super().__init__("--patch prints a patch, in no other format", "leave --format out")


class NoResetError(UsageError):
    """A reset of domains whose manifests do not say to which snapshot; `domains` are names."""

    def __init__(self, domains: tuple[str, ...]) -> None:
        super().__init__(
            f"no `current` is declared for {', '.join(domains)}",
            "declare one, or name a declared snapshot by --to",
        )


class UndeclaredResetError(UsageError):
    """A reset `--to` a snapshot that the manifests of some domains do not declare."""

    def __init__(self, snapshot: str, domains: tuple[str, ...]) -> None:
        super().__init__(
            f"snapshot {snapshot} is not declared for {', '.join(domains)}",
            "name a declared one, or leave these domains out by --exclude",
        )


class ConfirmationNeededError(UsageError):
    """An apply without --yes where no terminal can ask for a confirmation."""

    def __init__(self) -> None:
        super().__init__(
            "apply changes the hosts and there is no terminal to ask on",
            "review the plan, then pass --yes",
        )


class UnlistedHostError(UsageError):
    """A `--connect` that names no host of the hosts file; `file` is that file's path."""

    def __init__(self, file: str) -> None:
        super().__init__(
            f"--connect names no host of {file}",
            "name a host of it, by its name there or its URI; --on takes groups and globs",
        )


class HostNeededError(UsageError):
    """A command about one host, with a hosts file that lists several; `file` is its path."""

    def __init__(self, file: str) -> None:
        super().__init__(
            f"{file} lists hosts, and this command is about one", "name it: --connect NAME"
        )


class NoHostsFileError(UsageError):
    """An `--on` without a hosts file whose hosts it could name."""

    def __init__(self) -> None:
        super().__init__(
            "--on names hosts of a hosts file, and there is none",
            "pass one by --hosts FILE, or put reconcile.hosts.yaml beside the manifests",
        )


class UnmatchedHostsError(UsageError):
    """An `--on` that no host fits; `told`: the glob as it may be shown."""

    def __init__(self, told: str, file: str) -> None:
        super().__init__(
            f"--on {told} matches no host or group of {file} that these manifests are for",
            "check the glob; it is compared with names of hosts and of groups",
        )
