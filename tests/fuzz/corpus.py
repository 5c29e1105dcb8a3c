"""Good files to begin with: the golden ones, moved onto the sandbox's test host."""

import hashlib
import json
from pathlib import Path
from typing import Any, Final

from tests.fuzz.sandbox import Sandbox

GOLDEN: Final = Path(__file__).parent.parent / "formats/golden"
MANIFESTS: Final = Path(__file__).parent.parent / "manifest/good"
UUID: Final = "6695eb01-f6a4-8304-79aa-97f2502e193f"
NAME: Final = "web01"
HOSTS: Final = """\
apiVersion: reconcile/v1
hosts:
  kvm1: &a {uri}
  kvm2: {{uri: "test:///default", parallel: 2, path-map: {{/images: /srv/images, "/a b": /c}}}}
  kvm3: *a
groups: {{lab: ["kvm*"], 'one': [kvm1, kvm2]}}
"""


def plans(sandbox: Sandbox) -> list[Any]:
    """Plan files as JSON values. One in two is for libvirt's own default host, and applicable."""
    found = [json.loads(path.read_text("utf-8")) for path in _files("plan")]
    default = [each for each in found if each["domains"][0]["connect"] == "test:///default"]
    for document in found:
        if document not in default:
            for domain in document["domains"]:
                domain |= {"domain": NAME, "uuid": UUID, "connect": sandbox.host}
    return found + default * (len(found) // max(1, len(default)))


def journals(sandbox: Sandbox) -> list[list[Any]]:
    """Journals as lists of their records."""
    return [_journal(path, sandbox) for path in _files("journal")]


def manifests() -> list[bytes]:
    """Manifests as their bytes."""
    return [path.read_bytes() for path in sorted(MANIFESTS.glob("**/*.yaml"))]


def checksum(document: dict[str, Any]) -> str:
    """Of everything but itself, as plan files of format 1.0 have it."""
    rest = {key: value for key, value in document.items() if key != "checksum"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _files(kind: str) -> list[Path]:
    found = GOLDEN.glob(f"*/{kind}/*.json*")
    return sorted(path for path in found if not path.name.endswith(".facts.json"))


def _journal(path: Path, sandbox: Sandbox) -> list[Any]:
    *lines, _torn = path.read_bytes().split(b"\n")
    records = [json.loads(line) for line in lines]
    for record in records:
        if "uuid" in record:
            record |= {"uuid": UUID, "connect": sandbox.host}
        if record["record"] == "planned":
            record["domain"] = NAME
    return records
