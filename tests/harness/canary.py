"""A program that leaves a file behind where anything starts it."""

from pathlib import Path


def canary_of(program: Path) -> Path:
    """Write a program; returns the file that it makes when started."""
    made = program.with_name("canary")
    program.write_text(f"#!/bin/sh\ntouch {made}\n")
    program.chmod(0o755)
    return made
