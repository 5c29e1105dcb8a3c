"""Ways out of a refusal: what somebody can do so that a plan becomes possible, as data.

A program can follow them: `words` are for people, the other fields say the same to machines.
"""

from dataclasses import dataclass
from enum import StrEnum


class Way(StrEnum):
    """The kinds of ways out of a refusal; `WayOut` says what its fields mean for each."""

    DECLARE = "declare"
    CHOOSE = "choose"
    UNDECLARE = "undeclare"
    KEEP = "keep"
    DROP = "drop"
    TAKE = "take"
    FORGET = "forget"
    APPROVE = "approve"
    POWER = "power"
    DEFINE = "define"
    METADATA = "metadata"
    COMMAND = "command"
    OPTION = "option"
    PROVIDE = "provide"
    UPGRADE = "upgrade"
    AGAIN = "again"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class WayOut:
    """One way out of a refusal. Any one of a refusal's ways will do.

    In the manifest, where `snapshot` names the entry, and "" is the document itself:

    - declare: set the key `subject` to the YAML `value`; without a `subject`, all keys of `value`.
      A kind alone for `disks` is for each disk that is captured now, or can be where none is.
      An entry that is missing is added, as the snapshot is on the host. Entries of `snapshots`
      are removed until that is applied
    - choose: set the key `subject` to another value, which only a person knows
    - undeclare: remove the key `subject`, and the entries of `snapshots`
    - keep: declare `snapshots` as they are on the host, what lies on them below them, and do not
      forget them
    - drop: let `snapshots` be deleted, too: remove their entries and what refers to them
    - take: declare one more snapshot below the one named `snapshot`, or without a parent
    - forget: list `snapshots` under `forget:`, without entries of their own
    - approve: add the hazard `subject` to `allow:`

    On the host:

    - power: bring the domain into the state `subject`
    - define: set `subject` of the domain's definition to `value` (`virsh edit`)
    - metadata: set `subject` of the metadata of `snapshot` to `value` (`virsh snapshot-edit`)
    - command: run the shell command `subject`
    - provide: bring back or set up `subject`, which is called `value`
    - upgrade: libvirt of the version `subject` or newer

    Of reconcile: `option` is to pass `subject` with `value`; `again` is to plan again, after what
    `words` say; `none` says that there is no way.
    """

    way: Way
    words: str
    subject: str = ""
    value: str = ""
    snapshot: str = ""
    snapshots: tuple[str, ...] = ()


def sentence(ways: tuple[WayOut, ...]) -> str:
    """The ways as one sentence for people."""
    *others, last = (each.words for each in ways)
    return f"{', '.join(others)}, or {last}" if others else last
