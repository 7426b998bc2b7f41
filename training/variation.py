"""Variation: the same pairs otherwise, so that a pass over the data shows them as they were not seen before.

A small corpus is soon known by heart. What follows costs a network nothing but the memory of
single sentences: other names and numbers on both sides, marked terms, another dress, another
sentence behind it.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from marks import MOST_MARKED, WORD, Mark, runs, with_marks
from names import Renamer
from numerals import renumber
from recipe import Entry, read_pairs

OWN = {"news", "recast", "generator", "covid"}
VARIED = OWN | {"tatoeba", "stories"}
PLAIN = {"words", "names", "terms", "odd"}  # never annotated
QUOTES = str.maketrans("“”„", '"""')

RARE = 6  # times that a word stands in the text

Pair = tuple[str, str]


class Annotator:
    """Marks terms of a pair, where the English side really has their translations.

    One term of a list, with the form that the English sentence itself has, so that the model learns
    to copy what the mark says and to fit the words around it; and words of a lexicon, the rarer ones
    more often, with the form of the lexicon, as they are marked in use: a sentence may begin with it.
    """

    def __init__(self, *terms: Path, lexicon: Iterable[Entry] = ()) -> None:
        self.terms: dict[str, list[str]] = defaultdict(list)
        for file in terms:
            for dutch, english in read_pairs(file):
                if 4 <= len(dutch) <= 60 and 3 <= len(english) <= 60:
                    self.terms[dutch.lower()].append(english)
        self.lexicon = {dutch: (english, min(1.0, 3 / (1 + times) ** 0.5)) for dutch, english, times in lexicon}

    def annotate(self, dutch: str, english: str, rng: random.Random) -> str:
        """The Dutch with one term of the list marked, if there is any, and some words of the lexicon."""
        marks = self._words(dutch, english, rng)
        term = self._term(dutch, english, rng)
        if term:
            start, end, _ = term
            marks = [*(mark for mark in marks if mark[1] <= start or mark[0] >= end), term]
        return with_marks(dutch, marks)

    def _term(self, dutch: str, english: str, rng: random.Random) -> Mark | None:
        words, found = list(WORD.finditer(dutch)), []
        for size in (4, 3, 2, 1):
            for first, last in zip(words, words[size - 1 :], strict=False):
                for wanted in self.terms.get(dutch[first.start() : last.end()].lower(), ()):
                    match = re.search(rf"(?<!\w){re.escape(wanted)}(?:s|es)?(?!\w)", english, re.IGNORECASE)
                    if match:
                        found.append((first.start(), last.end(), match[0]))
                        break
        return rng.choice(found) if found else None

    def _words(self, dutch: str, english: str, rng: random.Random) -> list[Mark]:
        chosen: list[Mark] = []
        for found in runs(dutch):
            for start, end, dutch_form in found:
                wanted, chance = self.lexicon.get(dutch_form, ("", 0.0))
                if chosen and start < chosen[-1][1]:
                    break
                if rng.random() < chance and re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", english, re.IGNORECASE):
                    chosen.append((start, end, wanted))
                    break
        return chosen[:MOST_MARKED]


Kind = tuple[bool, str, bool, bool]


class Exchanger:
    """Lets a word of a pair give way, on both sides, to a rare one of its kind from the lexicon.

    So the rare word is met in a sentence, which it makes strange but leaves a translation, and where
    it is marked nothing but the mark can tell what is wanted.
    """

    def __init__(self, lexicon: Iterable[Entry]) -> None:
        self.english: dict[str, str] = {}
        self.rare: dict[Kind, list[Pair]] = defaultdict(list)
        for dutch, english, times in lexicon:
            self.english[dutch] = english
            if times <= RARE and dutch != english.lower() and " " not in dutch:
                self.rare[kind(dutch, english)].append((dutch, english))

    def exchange(self, dutch: str, english: str, rng: random.Random) -> Pair:
        words = [word for word in WORD.finditer(dutch) if word[0].islower() and word[0] in self.english]
        rng.shuffle(words)
        for word in words:
            known = self.english[word[0]]
            places = list(re.finditer(rf"(?<![\w-]){re.escape(known)}(?![\w-])", english))
            instead = self.rare.get(kind(word[0], known))
            if len(places) == 1 and instead:
                there, here = rng.choice(instead), places[0]
                return (
                    dutch[: word.start()] + there[0] + dutch[word.end() :],
                    english[: here.start()] + there[1] + english[here.end() :],
                )
        return dutch, english


def kind(dutch: str, english: str) -> Kind:
    """What two words must have in common to stand for each other: by their endings, their a or an, their capital."""
    ending = next((end for end in ("ing", "ed", "ly", "s") if english.endswith(end)), "")
    return dutch.endswith("en"), ending, english[0] in "aeiouAEIOU", english[0].isupper()


class Variation:
    """How pairs are varied; ``shares`` is the recipe's table of that name."""

    def __init__(
        self,
        shares: dict[str, float],
        exchanger: Exchanger,
        renamer: Renamer,
        annotator: Annotator,
        rng: random.Random,
    ) -> None:
        self.shares, self.rng = shares, rng
        self.exchanger, self.renamer, self.annotator = exchanger, renamer, annotator

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
        if self._chosen(self.shares["exchanged"]):
            dutch, english = self.exchanger.exchange(dutch, english, self.rng)
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
