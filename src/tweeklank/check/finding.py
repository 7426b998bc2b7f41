"""What a check comes to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    OK = "ok"
    WARNING = "warning"
    """It works, and might work better or not for long."""
    PROBLEM = "problem"
    """Something does not work."""


@dataclass(frozen=True)
class Finding:
    """One line: the ``subject`` looked at, how it is, the cause, and what mends it."""

    subject: str
    grade: Grade
    cause: str
    mend: str = ""


def fine(subject: str, cause: str) -> Finding:
    return Finding(subject, Grade.OK, cause)


def warning(subject: str, cause: str, mend: str) -> Finding:
    return Finding(subject, Grade.WARNING, cause, mend)


def problem(subject: str, cause: str, mend: str) -> Finding:
    return Finding(subject, Grade.PROBLEM, cause, mend)
