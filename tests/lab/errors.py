"""The lab's one error: it could not be built, started or used. Never a reason to skip a test."""


class LabError(Exception):
    """Says what failed and where, with the end of the log that tells why."""
