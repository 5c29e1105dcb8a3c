"""Answers to questions about a host: yes, no, or that nobody here can see it."""

from enum import StrEnum


class Fact(StrEnum):
    """The answer to a yes-or-no question about a host, where looking may be impossible.

    UNKNOWN is no answer: the file lies on another machine, the user may not read it, or the tool
    that tells is not there. Whatever could lose data treats UNKNOWN as the worse of yes and no. A
    fact is never used as a truth value: `bool(fact)` raises TypeError.
    """

    YES = "yes"
    NO = "no"
    UNKNOWN = "cannot be seen"

    def __bool__(self) -> bool:
        """Raises TypeError: every member is a non-empty string, so each would count as true."""
        raise TypeError(f"{self!r} is compared with `is`, not used as a truth value")

    @classmethod
    def of(cls, answer: bool | None) -> "Fact":
        """The fact for a yes (True), a no (False) or an unknown answer (None)."""
        if answer is None:
            return cls.UNKNOWN
        return cls.YES if answer else cls.NO
