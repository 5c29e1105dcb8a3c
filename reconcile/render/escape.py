"""Text of hosts and manifests that can command neither a terminal nor the runner of a CI job.

GitHub's runner takes `::name::` for a command where a line begins, also behind blanks, and
`##[name]` anywhere in a line (actions/runner, `ActionCommand.cs`); that of Azure takes
`##vso[name]` anywhere. `/name` alone at the beginning of a line is a command where an output is
posted as a comment.
"""

import re

_COMMAND = re.compile(r"^\s*(?:(?=::)|(?=/[\w-]+(?:\s|$)))|(?=##(?:vso)?\[)")


def safe(text: str) -> str:
    """The text with its control characters shown as escapes, so that a terminal obeys none."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)


def commands(line: str) -> tuple[int, ...]:
    """The places in a line where commands begin: characters to be shown as escapes."""
    return tuple(found.end() for found in _COMMAND.finditer(line))


def escape(sign: str) -> str:
    r"""A character as an escape, e.g. `\x3a`."""
    return f"\\x{ord(sign):02x}"


def neutral(line: str) -> str:
    """The line with no text in it that a CI runner takes for a command."""
    for at in reversed(commands(line)):
        line = line[:at] + escape(line[at]) + line[at + 1 :]
    return line


def neutral_json(text: str) -> str:
    """JSON of the same value with no text in it that a CI runner takes for a command.

    No line of JSON begins with a command, and within a string every character may be escaped.
    """
    return re.sub(r"#(?=#(?:vso)?\[)", r"\\u0023", text)
