"""Variation: the same pairs otherwise, so that a pass over the data shows them as they were not seen before.

A small corpus is soon known by heart. What follows costs a network nothing but the memory of
single sentences: other names and numbers on both sides, marked terms, another dress, another
sentence behind it.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from names import Renamer
from numerals import renumber
from recipe import read_pairs

OWN = {"news", "generator", "covid"}
VARIED = OWN | {"tatoeba", "stories"}
PLAIN = {"words", "names", "terms", "odd"}  # never annotated
QUOTES = str.maketrans("“”„", '"""')

Pair = tuple[str, str]


class Annotator:
    """Marks one term of a pair, where the English side really has its translation.

    The wanted form is taken from the English sentence itself, so that the model learns to
    copy what the mark says and to fit the words around it.
    """

    def __init__(self, *files: Path) -> None:
        self.terms: dict[str, list[str]] = defaultdict(list)
        for file in files:
            for dutch, english in read_pairs(file):
                if 4 <= len(dutch) <= 60 and 3 <= len(english) <= 60:
                    self.terms[dutch.lower()].append(english)

    def annotate(self, dutch: str, english: str, rng: random.Random) -> str:
        words, found = dutch.split(" "), []
        for size in (4, 3, 2, 1):
            for i in range(len(words) - size + 1):
                term = " ".join(words[i : i + size]).strip(".,:;!?()“”‘’\"'")
                for wanted in self.terms.get(term.lower(), ()):
                    match = re.search(rf"(?<!\w){re.escape(wanted)}(?:s|es)?(?!\w)", english, re.IGNORECASE)
                    if match:
                        found.append((i, size, term, match[0]))
                        break
        if not found:
            return dutch
        i, size, term, wanted = rng.choice(found)
        marked = " ".join(words[i : i + size]).replace(term, f"<term>{term}<as>{wanted}</term>", 1)
        return " ".join([*words[:i], marked, *words[i + size :]])


class Variation:
    """How pairs are varied; ``shares`` is the recipe's table of that name."""

    def __init__(self, shares: dict[str, float], renamer: Renamer, annotator: Annotator, rng: random.Random) -> None:
        self.shares, self.renamer, self.annotator, self.rng = shares, renamer, annotator, rng

    def of(self, name: str, pairs: list[Pair]) -> list[Pair]:
        """All pairs of the file ``name`` once, each in one of its forms."""
        if name in VARIED:
            pairs = [self._otherwise(*pair) for pair in pairs]
        if name not in PLAIN:
            share = self.shares["annotated_own" if name in OWN else "annotated_other"]
            pairs = [(self.annotator.annotate(*p, self.rng) if self._chosen(share) else p[0], p[1]) for p in pairs]
        if name in VARIED:
            pairs = list(joined(pairs, self.shares["joined"], self.rng))
        return pairs

    def _otherwise(self, dutch: str, english: str) -> Pair:
        if self._chosen(self.shares["renamed"]):
            dutch, english = self.renamer.rename(dutch, english, self.rng)
        if self._chosen(self.shares["renumbered"]):
            dutch, english = renumber(dutch, english, self.rng)
        return dress(dutch, english, self.rng)

    def _chosen(self, share: float) -> bool:
        return self.rng.random() < share


def dress(dutch: str, english: str, rng: random.Random) -> Pair:
    """The same pair as a careless editor would set it: no final stop, straight quotes, capitals."""
    chance = rng.random()
    if chance < 0.06 and dutch[-1] == english[-1] == ".":
        return dutch[:-1], english[:-1]
    if chance < 0.12:
        return dutch.translate(QUOTES), english.translate(QUOTES)
    if chance < 0.13:
        return dutch.upper(), english.upper()
    return dutch, english


def joined(pairs: list[Pair], share: float, rng: random.Random) -> Iterator[Pair]:
    """The pairs, a share of them with another one behind it: a line of two sentences, and a longer one."""
    for dutch, english in pairs:
        if rng.random() < share:
            more = rng.choice(pairs)
            yield f"{dutch} {more[0]}", f"{english} {more[1]}"
        else:
            yield dutch, english
