"""Marks: a term or a rare word of a sentence with the English that is wanted for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from recipe import read_pairs

WORD = re.compile(r"(?<![\w-])[^\W\d_]+(?:[-'’][^\W\d_]+)*(?![\w-])")
MARKS = TERM, AS, END = "<term>", "<as>", "</term>"
MOST_MARKED = 8  # in one sentence

Mark = tuple[int, int, str]
"""Where a term starts and ends in the Dutch, and the English that is wanted for it."""


def with_marks(dutch: str, marks: Iterable[Mark]) -> str:
    """``<term>Dutch<as>English</term>`` in the place of each term."""
    for start, end, english in sorted(marks, reverse=True):
        dutch = f"{dutch[:start]}{TERM}{dutch[start:end]}{AS}{english}{END}{dutch[end:]}"
    return dutch


def marked_in_use(dutch: str, lexicon: Mapping[str, str]) -> str:
    """A sentence as Tweeklank hands it to the model: with marks at the words of a package's lexicon.

    A word with a capital within a sentence is taken for a name, unless its English has one too.
    """
    marks = []
    for number, word in enumerate(WORD.finditer(dutch)):
        english = lexicon.get(word[0].lower(), "")
        if english and (number == 0 or english[0].isupper() or not word[0][0].isupper()):
            marks.append((*word.span(), english))
    return with_marks(dutch, marks[:MOST_MARKED])


def read_package_lexicon(package: Path) -> dict[str, str]:
    """English by Dutch form, of the lexicon in a package folder; empty if it has none."""
    file = package / "lexicon.tsv"
    return dict(read_pairs(file)) if file.exists() else {}
