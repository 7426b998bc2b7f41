"""The settings of recipe.toml, and the ways to read a file of pairs and a lexicon."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Recipe:
    shape: dict[str, int]
    optimiser: dict[str, Any]
    generator: dict[str, int]
    mixture: dict[str, float]
    variation: dict[str, float]

    @classmethod
    def read(cls, path: Path = HERE / "recipe.toml") -> Recipe:
        return cls(**tomllib.loads(path.read_text("utf-8")))


def read_pairs(path: Path) -> Iterator[tuple[str, str]]:
    """Dutch and English of a tab-separated file; further columns are ignored, short lines skipped."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            cells = line.rstrip("\n").split("\t")
            if len(cells) >= 2 and cells[0] and cells[1]:
                yield cells[0], cells[1]


Entry = tuple[str, str, int]
"""Dutch form, English form, and how often the Dutch form stands in the text that the lexicon was made from."""

# How often a form may stand in the text that lexicon.py counts in, to be marked as a rare one; or, at the
# beginning of a sentence, as a noun or adjective that might be taken for a name there.
MOST_SEEN, MOST_SEEN_FIRST = 30, 300


def marked_forms(path: Path, always: Collection[str]) -> dict[str, str]:
    """Of a lexicon the forms that are marked when sentences are translated, with their English.

    Those are the rare words and expressions, such common ones as are to be marked ``always``;
    written in capitals, all names: in a sentence that is in capitals from end to end nothing else
    tells a name from a word; and, with a capital, what is marked at the beginning of a sentence only.
    """
    marked, first = {}, {}
    for dutch, english, times in read_lexicon(path):
        if dutch[0].isupper():
            if times <= MOST_SEEN_FIRST:
                first[dutch] = english
        elif (times <= MOST_SEEN or dutch in always) and dutch != english.lower():
            marked[dutch] = english
        elif english[0].isupper():
            marked[dutch.upper()] = english
    return marked | {dutch: english for dutch, english in first.items() if dutch.lower() not in marked}


def always_marked(path: Path = HERE / "corpus/always.txt") -> frozenset[str]:
    """The common forms that the network gets wrong unless they are marked, one a line."""
    return frozenset(path.read_text("utf-8").splitlines())


def read_lexicon(path: Path) -> Iterator[Entry]:
    for line in path.read_text("utf-8").splitlines():
        dutch, english, times = line.split("\t")
        yield dutch, english, int(times)
