"""What differs between manifests and hosts, as it is told: by origin, with ages."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from reconcile.model.drift import Drift, DriftKind, Origin
from reconcile.model.identity import DomainId
from reconcile.model.snapshot import Snapshot
from reconcile.views.change import SHORT
from reconcile.views.words import age

AHEAD = "not applied yet"


@dataclass(frozen=True, slots=True)
class DriftView:
    """One difference, and the sentence that tells it."""

    drift: Drift
    words: str


@dataclass(frozen=True, slots=True)
class UnmanagedView:
    """A snapshot that is not declared and left alone; `created` and `age` are in seconds.

    `created` is since the epoch; `words` say the age for people.
    """

    snapshot: str
    created: int
    age: int
    words: str


@dataclass(frozen=True, slots=True)
class DomainDriftView:
    """What differs in one domain: the host's side first."""

    domain: DomainId
    differences: tuple[DriftView, ...]
    unmanaged: tuple[UnmanagedView, ...]

    @property
    def drifted(self) -> bool:
        """Whether anything differs that git alone does not explain."""
        return any(each.drift.origin is not Origin.GIT for each in self.differences)


@dataclass(frozen=True, slots=True)
class DriftReport:
    """All domains of a run, and how many differences there are of each origin."""

    domains: tuple[DomainDriftView, ...]
    summary: tuple[tuple[Origin, int], ...]

    @property
    def drifted(self) -> bool:
        """Whether anything in any of the domains has drifted."""
        return any(each.drifted for each in self.domains)


def drift_report(domains: Iterable[DomainDriftView]) -> DriftReport:
    """The report of these domains."""
    found = tuple(domains)
    counts = Counter(each.drift.origin for domain in found for each in domain.differences)
    return DriftReport(found, tuple((origin, counts[origin]) for origin in Origin))


def domain_drift_view(
    domain: DomainId,
    differences: Iterable[Drift],
    unmanaged: Iterable[Snapshot],
    now: float,
    *,
    why: bool = False,
) -> DomainDriftView:
    """The view of one domain; `now` is in seconds since the epoch, `why`: with whole values."""
    order = list(Origin)
    told = sorted(differences, key=lambda each: order.index(each.origin))
    return DomainDriftView(
        domain,
        tuple(DriftView(each, _words(each, why=why)) for each in told),
        tuple(_unmanaged(each, now) for each in unmanaged),
    )


def _unmanaged(snapshot: Snapshot, now: float) -> UnmanagedView:
    seconds = max(0, int(now) - snapshot.created)
    return UnmanagedView(snapshot.name, snapshot.created, seconds, age(seconds))


def _words(drift: Drift, *, why: bool) -> str:
    """What differs, in words; whose doing it is stands beside it."""
    match drift.kind:
        case DriftKind.MISSING:
            return _missing(drift.origin)
        case DriftKind.UNDECLARED if drift.origin is Origin.GIT:
            return f"not declared any more, {AHEAD}"
        case DriftKind.UNDECLARED:
            return "not declared, and `prune: all` would delete it"
        case DriftKind.DATA_MISSING:
            return _lost(drift)
        case _:
            return _changed(drift, why=why)


def _missing(origin: Origin) -> str:
    match origin:
        case Origin.HOST | Origin.BOTH:
            return "deleted"
        case Origin.GIT:
            return f"declared, {AHEAD}"
        case Origin.UNKNOWN:
            return "declared and not there: deleted, or never applied"


def _lost(drift: Drift) -> str:
    if drift.field == "data":
        return f"its data is {drift.observed}, though its metadata is there"
    return f"{drift.field}: {drift.declared} is gone"


def _changed(drift: Drift, *, why: bool) -> str:
    if drift.field == "owned":
        if drift.origin is Origin.HOST:
            return "its mark is gone: somebody took it anew or rewrote its metadata"
        return "exists without a mark: the next apply adopts it"
    head, _, key = drift.field.partition(".")
    if head == "declaration":
        what = f"{key}: " if key else ""
        return f"{what}edited in git, {AHEAD}; here everything is as it says"
    if drift.field == "data":
        return "its images do not lie on each other as its metadata says"
    declared, observed = (_value(each, why=why) for each in (drift.declared, drift.observed))
    return f"{drift.field}: declared {declared}, is {observed}"


def _value(value: str | None, *, why: bool) -> str:
    if value is None:
        return "none"
    return f'"{value if why or len(value) <= SHORT else f"{value[: SHORT - 1]}…"}"'
