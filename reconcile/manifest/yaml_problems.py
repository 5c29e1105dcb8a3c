"""Problems of YAML before it means anything, in words: characters, syntax, keys."""

import re

from reconcile.errors import Problem
from reconcile.manifest.nodes import Node, ScalarNode, quoted
from reconcile.model.desired import Position

Pairs = dict[str, tuple[ScalarNode, Node]]
Wording = tuple[str, str]

_UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"  # YAML's c-printable
)
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def unprintable(text: str, file: str) -> Problem | None:
    """The first character of a file that YAML does not allow, as a problem."""
    bad = _UNPRINTABLE.search(text)
    if bad is None:
        return None
    before = text[: bad.start()]
    where = Position(file, before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
    message = f"has the character U+{ord(bad.group()):04X}, which YAML does not allow"
    return Problem(where, "", message, "remove it")


def not_in_xml(text: str) -> Wording | None:
    """Message and remedy for a value that libvirt's XML cannot hold."""
    bad = _NOT_IN_XML.search(text)
    if bad is None:
        return None
    message = f"has the character U+{ord(bad.group()):04X}, which libvirt's XML cannot hold"
    return message, "remove it"


def malformed(where: Position, words: str) -> Problem:
    """The problem of a syntax error, in the words of the YAML reader."""
    remedy = "check indentation, brackets and quotes here and on the line before"
    return Problem(where, "", f"is not valid YAML: {words}", remedy)


def tab(where: Position) -> Problem:
    """The problem of a tab where YAML wants spaces, which its reader tells in other words."""
    return Problem(where, "", "has a tab where YAML allows only spaces", "indent with spaces")


def refused_key(node: Node, pairs: Pairs) -> Wording | None:
    """The reason why a node cannot be a mapping's next key, with a remedy; None where it can."""
    if not isinstance(node, ScalarNode):
        return "a key is a list or a mapping", "use a plain word as the key"
    if node.plain and not node.text:
        return "a key is empty", "write the key before the `:`"
    if node.plain and node.text == "<<":
        return "merge keys (`<<`) are not supported", "use `defaults`, or write the keys out"
    if node.text in pairs:
        first = pairs[node.text][0].line + 1
        return f"duplicate key {quoted(node.text)}, first on line {first}", "remove one of them"
    return None
