"""Places in a sentence, and what stands for them."""

from __future__ import annotations

from collections.abc import Iterable

Span = tuple[int, int, str]
"""Where a term, word or abbreviation starts and ends in a sentence, and what it is in English or written out."""


def beside(spans: list[Span], others: Iterable[Span]) -> list[Span]:
    """Those of the others that share nothing with the spans."""
    return [other for other in others if all(other[1] <= start or other[0] >= end for start, end, _ in spans)]
