"""Which words of a translation came from which words of the source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

_SHARE = 0.7  # a source word counts if it has this share of the attention that the best one has
_PUNCTUATION = " .,;:!?…()[]{}<>\"'“”‘’„‚«»–—"


@dataclass(frozen=True)
class Aligned:
    """A translated sentence. ``alignment`` has for each of its words the numbers of its source words.

    ``score`` is what the model thinks of it: the mean log probability of its pieces, 0 at best.
    """

    text: str
    alignment: tuple[tuple[int, ...], ...] = ()
    score: float = 0.0

    def replaced(self, start: int, end: int, new: str) -> Aligned:
        """With other characters in a place; they come from the same source words as what stood there."""
        origins: list[tuple[int, ...]] = [()] * len(self.text)
        for number, (first, last) in enumerate(word_spans(self.text)):
            if number < len(self.alignment):
                origins[first:last] = [self.alignment[number]] * (last - first)
        origins[start:end] = [_union(origins[start:end])] * len(new)
        text = self.text[:start] + new + self.text[end:]
        return replace(self, text=text, alignment=tuple(_union(origins[a:b]) for a, b in word_spans(text)))


def joined(made: Sequence[Aligned], sources: Sequence[str]) -> Aligned:
    """The translations of the parts of a sentence as one."""
    alignment: list[tuple[int, ...]] = []
    before = 0
    for part, source in zip(made, sources, strict=True):
        alignment += [tuple(before + number for number in numbers) for numbers in part.alignment]
        before += len(word_spans(source))
    worst = min((part.score for part in made), default=0.0)
    return Aligned(" ".join(part.text for part in made), tuple(alignment), worst)


def _union(origins: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(sorted({number for numbers in origins for number in numbers}))


def word_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each word; words are what white space divides."""
    return [match.span() for match in re.finditer(r"\S+", text)]


def bare(word: str) -> str:
    """A word without the punctuation around it."""
    return word.strip(_PUNCTUATION)


def align(
    attention: np.ndarray[Any, Any],
    target_words: Sequence[int],
    source_words: Sequence[int],
    target: Sequence[str],
    source: Sequence[str],
) -> list[tuple[int, ...]]:
    """The source words of each target word, from the attention of target pieces to source pieces.

    ``target_words`` and ``source_words`` give for each piece the number of its word, or -1 for a
    piece that says nothing about words: punctuation draws attention without meaning. A number or
    name that stands in both sentences is its own proof.
    """
    rows = [(row, word) for row, word in enumerate(target_words[: len(attention)]) if 0 <= word < len(target)]
    columns = [
        (column, word) for column, word in enumerate(source_words[: attention.shape[-1]]) if 0 <= word < len(source)
    ]
    weights = np.zeros((len(target), len(source)), dtype=np.float32)
    if rows and columns:
        (piece_rows, word_rows), (piece_columns, word_columns) = zip(*rows, strict=True), zip(*columns, strict=True)
        np.add.at(weights, np.ix_(word_rows, word_columns), attention[np.ix_(piece_rows, piece_columns)])
    twins = _twins(weights, target, source)
    chosen: list[tuple[int, ...]] = []
    for number, looks in enumerate(weights):
        if number in twins:
            chosen.append((twins[number],))
        else:
            best = float(looks.max(initial=0))
            chosen.append(tuple(int(i) for i in np.flatnonzero(looks >= best * _SHARE)) if best > 0 else ())
    return chosen


def _twins(weights: np.ndarray[Any, Any], target: Sequence[str], source: Sequence[str]) -> dict[int, int]:
    """Target words that stand in the source too, each with the twin that it looks at most."""
    places: dict[str, list[int]] = {}
    for number, word in enumerate(source):
        if key := _twin_key(word):
            places.setdefault(key, []).append(number)
    twins: dict[int, int] = {}
    used: set[int] = set()
    for number, word in enumerate(target):
        candidates = places.get(_twin_key(word), [])
        unused = [place for place in candidates if place not in used] or candidates
        if unused:
            twins[number] = max(unused, key=lambda place: float(weights[number, place]))
            used.add(twins[number])
    return twins


def _twin_key(word: str) -> str:
    """The same for 2.200 and 2,200; nothing for words that may be in both languages by chance."""
    stem = re.sub(r"['’]s$", "", bare(word))
    if any(character.isdigit() for character in stem):
        return re.sub(r"\W", "", stem)
    is_name = stem[:1].isupper() and len(stem) >= 3
    return stem if is_name or len(stem) >= 6 else ""


def word_numbers(text: str) -> list[int]:
    """For each character the number of its word; white space belongs to the word before it."""
    numbers, word, inside = [], -1, False
    for character in text:
        if character.isspace():
            inside = False
        elif not inside:
            word, inside = word + 1, True
        numbers.append(max(word, 0))
    return numbers


def best_run(scores: Sequence[float]) -> tuple[int, int] | None:
    """The stretch with the greatest sum, as first and last + 1 (Kadane); None where no score is above 0."""
    best, found, total, start = 0.0, None, 0.0, 0
    for number, score in enumerate(scores):
        if total <= 0:
            total, start = 0.0, number
        total += score
        if total > best:
            best, found = total, (start, number + 1)
    return found
