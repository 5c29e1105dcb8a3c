"""Words that several views share: numbers with their nouns."""


def count(number: int, noun: str) -> str:
    """A number and its noun, in the plural unless the number is 1: "2 steps"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
