"""Words that several views share: numbers with their nouns."""


def count(number: int, noun: str) -> str:
    """A number and its noun, in the plural unless the number is 1: "2 steps"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


_SPANS = ((86400, "day"), (3600, "hour"), (60, "minute"))


def age(seconds: int) -> str:
    """A span of time in its largest unit, e.g. "3 days old"."""
    for length, unit in _SPANS:
        if seconds >= length:
            return f"{count(seconds // length, unit)} old"
    return f"{count(seconds, 'second')} old"
