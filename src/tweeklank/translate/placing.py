"""Where inline elements go in a translation: around what their own words became.

A *run* is a stretch of inline content. Its elements are *marks* on ranges of characters of its
text; a *passage* is one of its sentences with what that became.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bs4 import Tag

from tweeklank.translate.alignment import Aligned, best_run, word_spans

_EDGE = " .,;:!?…()[]{}\"'“”‘’„«»"
_BARRED = -1e9  # the score of a word that is taken
_ARTICLES = {"the", "a", "an"}
_DUTCH_DETERMINER = re.compile(r"\W*(?:de|het|een|dit|dat|deze|die|ons|onze|hun|zijn|haar|ieder|elk)\s", re.IGNORECASE)


@dataclass(eq=False)
class Mark:
    """An inline element over the characters ``start`` to ``end`` of a run.

    An *atom* (a picture, a line break, a footnote number, a link without a word) is not part of
    the text: it stands at one place and keeps its own content. ``spaced`` tells whether there
    was white space before and after it.
    """

    element: Tag
    start: int
    end: int
    atom: bool = False
    spaced: tuple[bool, bool] = (False, False)
    children: list[Mark] = field(default_factory=list)


@dataclass(eq=False)
class Placed:
    """A mark over the characters ``start`` to ``end`` of the translated run."""

    mark: Mark
    start: int
    end: int
    children: list[Placed] = field(default_factory=list)


class CannotPlaceError(Exception):
    """A mark finds no word to stand around."""

    def __init__(self, mark: Mark) -> None:
        super().__init__(mark.element.name)
        self.mark = mark


@dataclass(frozen=True)
class Passage:
    """A sentence of a run: its characters in the source and in the translation. ``kept``: they are equal."""

    source: tuple[int, int]
    target: tuple[int, int]
    words: tuple[int, int]
    kept: bool


@dataclass(frozen=True)
class _Word:
    """A word of the translated run: its characters, and the ranges of the source that it came from."""

    start: int
    end: int
    sources: tuple[tuple[int, int], ...]


class Text:
    """A run and its translation, sentence by sentence."""

    def __init__(self, source: str, spans: Sequence[tuple[int, int]], made: Sequence[tuple[Aligned, bool]]) -> None:
        self.source = source
        self.words: list[_Word] = []
        self.passages: list[Passage] = []
        parts, length, position = [], 0, 0
        for (start, end), (sentence, kept) in zip(spans, made, strict=True):
            first, begins = len(self.words), length + start - position
            self.words += _words(source[start:end], start, sentence, kept, begins)
            parts += [source[position:start], sentence.text]
            length = begins + len(sentence.text)
            self.passages.append(Passage((start, end), (begins, length), (first, len(self.words)), kept))
            position = end
        self.target = "".join([*parts, source[position:]])

    def touched(self, mark: Mark) -> list[Passage]:
        """The passages that a mark has characters of."""
        return [p for p in self.passages if p.source[0] < mark.end and p.source[1] > mark.start]

    def is_covered(self, passage: Passage, mark: Mark) -> bool:
        """Whether a mark holds all of a sentence that matters."""
        before = self.source[passage.source[0] : max(mark.start, passage.source[0])]
        after = self.source[min(mark.end, passage.source[1]) : passage.source[1]]
        return not any(map(str.isalnum, before + after))

    def exact(self, position: int) -> int | None:
        """The place in the translation of a place between sentences or in a sentence that stayed as it is."""
        end_of_source = end_of_target = 0
        for passage in self.passages:
            start, end = passage.source
            if position <= start:
                return passage.target[0] - (start - position)
            if position < end:
                return passage.target[0] + position - start if passage.kept else None
            end_of_source, end_of_target = end, passage.target[1]
        return end_of_target + position - end_of_source

    def point(self, position: int) -> int:
        """The place for something that stands at one place: after the words from before it."""
        exact = self.exact(position)
        if exact is not None:
            return exact
        passage = next(p for p in self.passages if p.source[0] < position < p.source[1])
        words = self.words[slice(*passage.words)]
        before = [w.end for w in words if w.sources and max(end for _, end in w.sources) <= position]
        return max(before, default=passage.target[0])


def _words(source: str, offset: int, sentence: Aligned, kept: bool, begins: int) -> Iterable[_Word]:
    from_words = [(offset + start, offset + end) for start, end in word_spans(source)]
    for number, (start, end) in enumerate(word_spans(sentence.text)):
        origin = (number,) if kept else sentence.alignment[number] if number < len(sentence.alignment) else ()
        sources = tuple(from_words[i] for i in origin if i < len(from_words))
        yield _Word(begins + start, begins + end, sources)


def place(text: Text, marks: Sequence[Mark], within: tuple[int, int] | None = None) -> list[Placed]:
    """Puts sibling marks on disjoint ranges of the characters ``within``, and their children inside them.

    Every link finds a place around at least one word, or CannotPlaceError is raised; another mark
    without a place is left out.
    """
    start, end = within or (0, len(text.target))
    placed = _Board(text, start, end).place(mark for mark in marks if not mark.atom)
    for mark in _atoms(marks, placed):
        at = min(max(_clear(text.point(mark.start), placed), start), end)
        placed.append(Placed(mark, at, at))
    return sorted(placed, key=lambda p: (p.start, p.end, p.mark.start))


def _atoms(marks: Iterable[Mark], placed: Sequence[Placed]) -> Iterator[Mark]:
    """The atoms among marks, and those of marks that were left out."""
    with_place = {p.mark for p in placed}
    for mark in marks:
        if mark.atom:
            yield mark
        elif mark not in with_place:
            yield from _atoms(mark.children, placed)


def _is_sure(text: Text, mark: Mark) -> bool:
    return all(passage.kept for passage in text.touched(mark))


def _clear(at: int, placed: Sequence[Placed]) -> int:
    """An atom does not go inside an element that did not hold it."""
    return next((p.end for p in placed if p.start < at < p.end), at)


class _Board:
    """The words of a translated run between two characters, and which of them are taken."""

    def __init__(self, text: Text, start: int, end: int) -> None:
        self._text, self._start, self._end = text, start, end
        self._taken: list[tuple[int, int]] = []

    def place(self, marks: Iterable[Mark]) -> list[Placed]:
        """Finds ranges for marks; a mark that is left out leaves its children in its place."""
        placed = []
        # First those that can be placed without doubt, then the larger ones: they hold the most words.
        for mark in sorted(marks, key=lambda m: (not _is_sure(self._text, m), m.start - m.end)):
            span = self._span_of(mark)
            if span is None:
                placed += self.place(child for child in mark.children if not child.atom)
            else:
                placed.append(Placed(mark, *span, place(self._text, mark.children, span)))
        return placed

    def _span_of(self, mark: Mark) -> tuple[int, int] | None:
        """The characters for a mark, which are taken from now on; None if it is to be left out."""
        span = self._sure(mark) or self._part_of_word(mark)
        if span is None and mark.element.name not in ("sub", "sup"):
            span = self._around_words(mark)
        if span is not None:
            self._taken.append(span)
        elif mark.element.name == "a":
            raise CannotPlaceError(mark)
        return span

    def _clipped(self, number: int) -> tuple[int, int]:
        """The characters of a word, as far as they lie on the board."""
        word = self._text.words[number]
        return max(word.start, self._start), min(word.end, self._end)

    def _is_lettered(self, number: int) -> bool:
        start, end = self._clipped(number)
        return any(map(str.isalnum, self._text.target[start:end]))

    def _is_free(self, start: int, end: int) -> bool:
        return self._start <= start < end <= self._end and all(end <= a or b <= start for a, b in self._taken)

    def _sure(self, mark: Mark) -> tuple[int, int] | None:
        if not _is_sure(self._text, mark):
            return None
        start, end = self._text.exact(mark.start), self._text.exact(mark.end)
        return (start, end) if start is not None and end is not None and self._is_free(start, end) else None

    def _part_of_word(self, mark: Mark) -> tuple[int, int] | None:
        """A mark over a part of a word, like the 2 of CO₂, goes to the same part of the same word."""
        source = self._text.source
        part = source[mark.start : mark.end]
        first = mark.start + len(part) - len(part.lstrip(_EDGE))
        last = mark.end - len(part) + len(part.rstrip(_EDGE))
        start, end = first, last
        while start > 0 and source[start - 1].isalnum():
            start -= 1
        while end < len(source) and source[end].isalnum():
            end += 1
        if (start, end) == (first, last):
            return None
        found = [
            (match.start() + first - start, match.start() + last - start)
            for passage in self._text.touched(mark)
            for match in re.compile(rf"(?<!\w){re.escape(source[start:end])}(?!\w)").finditer(
                self._text.target, *passage.target
            )
        ]
        free = [span for span in found if self._is_free(*span)]
        return min(free, key=lambda span: abs(span[0] - self._expected(mark)), default=None)

    def _expected(self, mark: Mark) -> float:
        """About where in the translation the middle of a mark would be if the order were the same."""
        passage = self._text.touched(mark)[0]
        (a, b), (c, d) = passage.source, passage.target
        return c + ((mark.start + mark.end) / 2 - a) / max(1, b - a) * (d - c)

    def _around_words(self, mark: Mark) -> tuple[int, int] | None:
        numbers = [n for passage in self._text.touched(mark) for n in range(*passage.words)]
        if not numbers:
            return None
        covered = {n for p in self._text.touched(mark) if self._text.is_covered(p, mark) for n in range(*p.words)}
        scores = [self._score(n, mark, n in covered) for n in numbers]
        run = best_run(scores)
        if run is not None and any(map(self._is_lettered, numbers[slice(*run)])):
            return self._characters(mark, *self._phrase(mark, numbers[run[0]], numbers[run[1] - 1] + 1, covered))
        nearest = min(
            (n for n, score in zip(numbers, scores, strict=True) if score > _BARRED and self._is_lettered(n)),
            key=lambda n: abs((self._text.words[n].start + self._text.words[n].end) / 2 - self._expected(mark)),
            default=None,
        )
        return None if nearest is None else self._characters(mark, nearest, nearest + 1)

    def _score(self, number: int, mark: Mark, covered: bool) -> float:
        """1 for a word from inside the mark, -1 for one from outside, little for one from nowhere."""
        word = self._text.words[number]
        if not self._is_free(*self._clipped(number)):
            return _BARRED
        if covered:
            return 1.0
        if not word.sources:
            return -0.1
        inside = sum(start < mark.end and end > mark.start for start, end in word.sources)
        score = (2 * inside - len(word.sources)) / len(word.sources)
        return score if self._is_lettered(number) else min(score, 0.0)

    def _phrase(self, mark: Mark, first: int, last: int, covered: set[int]) -> tuple[int, int]:
        """An article goes with its noun: into the mark if the Dutch one was in it, else out of it."""
        words, target = self._text.words, self._text.target

        def is_article(number: int) -> bool:
            return target[words[number].start : words[number].end].lower() in _ARTICLES

        def is_free(number: int) -> bool:
            return 0 <= number < len(words) and self._is_free(*self._clipped(number))

        while last - first > 1 and last - 1 not in covered and is_article(last - 1):
            last -= 1
        if last - first == 1 and is_article(first) and is_free(last):
            last += 1
        if first in covered:
            return first, last
        if not _DUTCH_DETERMINER.match(self._text.source, mark.start, mark.end):
            return (first + 1, last) if last - first > 1 and is_article(first) else (first, last)
        before = first - 1
        return (before, last) if is_free(before) and is_article(before) else (first, last)

    def _characters(self, mark: Mark, first: int, last: int) -> tuple[int, int]:
        """Leaves out punctuation at the edges that the source's mark does not hold either."""
        text = self._text.target
        start, end = self._clipped(first)[0], self._clipped(last - 1)[1]
        marked = self._text.source[mark.start : mark.end].strip()
        while marked[0] not in _EDGE and text[start] in _EDGE:
            start += 1
        while marked[-1] not in _EDGE and text[end - 1] in _EDGE:
            end -= 1
        return start, end
