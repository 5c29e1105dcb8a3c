"""Drift of one domain as a test compares it: what differs, whose doing it is, the exit code."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.harness.command import reconcile
from tests.harness.schemas import DRIFT
from tests.lab.daemon import Daemon
from tests.lab.domain import Domain

Found = tuple[str | None, str, str, str]
"""Snapshot, field, origin and kind of a difference."""


@dataclass(frozen=True, slots=True)
class Looked:
    """The end of one `drift --format json` of a single domain."""

    code: int
    found: frozenset[Found]
    unmanaged: tuple[str, ...]
    report: dict[str, Any]


def drift(manifest: Path, uri: str) -> Looked:
    """Look, hold the output against its schema, and the exit code against its summary."""
    ran = reconcile("drift", "--format", "json", str(manifest), uri=uri)
    assert ran.err == "", ran.err
    report = json.loads(ran.out)
    DRIFT.validate(report)
    (domain,) = report["domains"]
    found = [
        (each["snapshot"], each["field"], each["origin"], each["kind"])
        for each in domain["differences"]
    ]
    assert len(found) == sum(report["summary"].values())
    assert ran.code == (2 if any(origin != "git" for _, _, origin, _ in found) else 0)
    unmanaged = tuple(each["snapshot"] for each in domain["unmanaged"])
    return Looked(ran.code, frozenset(found), unmanaged, report)


def apply(manifest: Path, uri: str) -> None:
    """Apply, to the end."""
    ran = reconcile("apply", "--yes", str(manifest), uri=uri)
    assert ran.code == 0, ran.out + ran.err
    assert "not recorded" not in ran.out


def declared(domain: Domain, text: str, folder: Path, lab: Daemon) -> Path:
    """The manifest of a domain, applied; nothing has drifted yet."""
    path = folder / "web01.yaml"
    path.write_text(text.format(domain=domain.name))
    apply(path, lab.uri)
    assert drift(path, lab.uri).found == frozenset()
    return path
