"""Saved plans as their files tell them, before any host is asked whether they still hold."""

from dataclasses import dataclass

from reconcile.model.identity import DomainId
from reconcile.views.plan import Counts


@dataclass(frozen=True, slots=True)
class SavedDomainView:
    """One domain of a plan file: its steps in words, such as "create tuned"."""

    domain: DomainId
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SavedPlanView:
    """The content of a plan file; `final` counts the steps that cannot be undone."""

    file: str
    domains: tuple[SavedDomainView, ...]
    final: Counts
