"""Small words that several views share."""


def count(number: int, noun: str) -> str:
    """The number and its noun, in the plural where it needs one."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
