"""Case N of a seed: a bad file and the commands that are given it."""

import contextlib
import json
import os
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal, get_args

from tests.fuzz import corpus
from tests.fuzz.host_xml import DUMP, HOST
from tests.fuzz.hostile import Hostile, text
from tests.fuzz.mutations import damaged, lines, mutate
from tests.fuzz.sandbox import Sandbox
from tests.fuzz.xml_mutations import bent

Format = Literal["plan", "journal", "manifest", "dump", "host", "hosts"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
Special = Literal["fifo", "folder", "dangling", "loop", "zero"]
LINKS: Final = {"dangling": "missing", "loop": "plan.json", "zero": "/dev/zero"}
RARE: Final = 0.01
"""The share of cases that are no regular file."""
ACTING: Final = ("--yes", "--timeout", "0")


@dataclass(frozen=True, slots=True)
class Case:
    """A file, where it is put, and the command it is for; `special`: no regular file at all."""

    data: bytes
    path: str
    command: tuple[str, ...]
    special: Special | None = None
    reader: Literal["command", "libvirt"] = "command"
    """Who opens the file: libvirt's test driver is no part of what is tested."""

    def put(self) -> None:
        """Make the file."""
        path = Path(self.path)
        match self.special:
            case None:
                path.write_bytes(self.data)
                path.chmod(0o600)
            case "fifo":
                os.mkfifo(path, 0o600)
            case "folder":
                path.mkdir()
            case _:
                path.symlink_to(LINKS[self.special])


class Cases:
    """All cases of one format and seed; each is made from its number alone."""

    def __init__(self, form: Format, seed: int, sandbox: Sandbox) -> None:
        self._form = form
        self._seed = seed
        self._sandbox = sandbox
        self._hostile = Hostile(sandbox)
        self._plans = corpus.plans(sandbox)
        self._journals = corpus.journals(sandbox)
        self._manifests = corpus.manifests()
        self._makers: dict[Format, Callable[[random.Random], Case]] = {
            "plan": self._plan,
            "journal": self._journal,
            "manifest": self._manifest,
            "dump": self._dump,
            "host": self._host,
            "hosts": self._hosts,
        }

    def case(self, number: int) -> Case:
        """The case of this number."""
        rng = random.Random(f"{self._form} {self._seed} {number}")  # noqa: S311 - reproducible, not secret
        made = self._makers[self._form](rng)
        if rng.random() < RARE and made.reader == "command":
            return replace(made, special=rng.choice(get_args(Special)))
        return made

    def _plan(self, rng: random.Random) -> Case:
        """Damaged, or forged: then nearly always with a checksum that is right."""
        document = rng.choice(self._plans)
        path = str(self._sandbox.plan)
        if rng.random() < 0.2:
            data = damaged(json.dumps(document, indent=2).encode(), rng)
        else:
            data = _sealed(mutate(document, rng, self._hostile), rng)
        return Case(data, path, ("apply", *ACTING, path))

    def _journal(self, rng: random.Random) -> Case:
        """Read by its path, or found by an apply among the journals of its user."""
        data = self._recorded(rng)
        path = str(self._sandbox.journals / "20260101T000000Z-00000000.jsonl")
        commands = (
            ("resume", "--timeout", "0", path),
            ("rollback", "--timeout", "0", path),
            ("rollback", "--timeout", "0"),
            ("-c", self._sandbox.host, "apply", *ACTING, str(self._sandbox.manifest)),
        )
        return Case(data, path, rng.choice(commands))

    def _manifest(self, rng: random.Random) -> Case:
        """A good one with damaged bytes, checked and planned."""
        data = rng.choice(self._manifests)
        for _ in range(rng.choice((1, 1, 2, 4))):
            data = damaged(data, rng)
        path = str(self._sandbox.case("yaml"))
        commands = (("validate", path), ("-c", self._sandbox.host, "plan", path))
        return Case(data, path, rng.choice(commands))

    def _dump(self, rng: random.Random) -> Case:
        """What `redefine-from` names, planned and restored."""
        path = str(self._sandbox.case("xml"))
        manifest = str(self._sandbox.restoring)
        command = rng.choice((("plan", manifest), ("apply", *ACTING, manifest)))
        return Case(bent(DUMP, rng), path, ("-c", self._sandbox.empty, *command))

    def _host(self, rng: random.Random) -> Case:
        """A host of the test driver with other domains, snapshots and marks than anybody made."""
        path = str(self._sandbox.case("xml"))
        command = rng.choice((("plan", "--why"), ("plan", "--format", "json")))
        uri = f"test://{path}"
        whole = ("-c", uri, *command, str(self._sandbox.manifest))
        return Case(bent(HOST, rng), path, whole, reader="libvirt")

    def _hosts(self, rng: random.Random) -> Case:
        """A hosts file with damaged bytes or forged URIs, given or found beside the manifests.

        Only a host that it was made with is asked for, so that one who may name any is not tried.
        """
        beside = rng.random() < 0.5
        uri = self._hostile.forged(rng) if rng.random() < 0.3 else self._sandbox.host
        data = corpus.HOSTS.format(uri=uri if beside else self._sandbox.host).encode()
        for _ in range(rng.choice((0, 1, 1, 2, 4))):
            data = damaged(data, rng)
        path = str(self._sandbox.hosts if beside else self._sandbox.case("yaml"))
        given = () if beside else ("--hosts", path)
        commands = (("validate",), ("plan",), ("plan", "--on", "k*"), ("-c", "kvm1", "plan"))
        return Case(data, path, (*given, *rng.choice(commands), str(self._sandbox.placed)))

    def _recorded(self, rng: random.Random) -> bytes:
        records = rng.choice(self._journals)
        if rng.random() < 0.2:
            return damaged(b"".join(_lines(records)), rng)
        if rng.random() < 0.2:
            return b"".join(lines(_lines(records), rng))
        bad = mutate(records, rng, self._hostile)
        return b"".join(text(each, rng).replace(b"\n", b" ") + b"\n" for each in bad)


def _lines(records: list[Any]) -> list[bytes]:
    form = {"separators": (",", ":"), "ensure_ascii": False}
    return [json.dumps(record, **form).encode() + b"\n" for record in records]  # type: ignore[arg-type] # mypy sees one type for both options


def _sealed(document: Any, rng: random.Random) -> bytes:  # noqa: ANN401 - any JSON value
    """The document's text with its own checksum, where a reader of JSON can read it at all."""
    data = text(document, rng)
    if not isinstance(document, dict) or rng.random() < 0.05:
        return data
    with contextlib.suppress(ValueError, RecursionError):
        read = json.loads(data)
        right = corpus.checksum(read)
        return data.replace(str(document.get("checksum")).encode(), right.encode())
    return data
