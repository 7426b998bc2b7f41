"""Where inline elements go in a translation: around what their own words became.

A *run* is a stretch of inline content. Its elements are *marks* on ranges of characters of its
text; a *passage* is one of its sentences with what that became.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bs4 import Tag

from tweeklank.translate.abbreviations import ends_short
from tweeklank.translate.alignment import Aligned, bare, best_run, word_spans

_EDGE = " .,;:!?…()[]{}\"'“”‘’„«»"
_BARRED = -1e9  # the score of a word that is taken
_FAR = 0.1  # how much less a word at the other end of the run counts
_ARTICLES = {"the", "a", "an"}
_LITTLE = _ARTICLES | {"of", "in", "on", "at", "to", "for", "with", "by", "from", "and", "about"}
_DETERMINERS = _ARTICLES | {"this", "these", "that", "those", "our", "their", "his", "her", "its", "every", "each"}
_NO_NOUN = (
    _LITTLE | _DETERMINERS | {"is", "are", "was", "were", "be", "been", "has", "have", "had", "will", "would", "not"}
)
_NO_NOUN |= {"it", "there", "they", "he", "she", "we", "you", "who", "which", "as", "than", "also", "can", "must", "or"}
_COMPOUND = 8  # letters; shorter Dutch words seldom become two English ones
_DUTCH_LITTLE_WORD = re.compile(r"(?:de|het|een|van|in|op|aan|te|voor|met|door|en|is|zijn|er)", re.IGNORECASE)
_DUTCH_LITTLE = re.compile(
    r"\W*(?:van|in|op|aan|te|om|voor|met|door|uit|naar|bij|tot|en|over|als|per|tegen|tijdens|sinds)\b", re.IGNORECASE
)
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
        self.firsts: set[int] = set()  # the first words of passages
        parts, length, position = [], 0, 0
        for (start, end), (sentence, kept) in zip(spans, made, strict=True):
            first, begins = len(self.words), length + start - position
            self.firsts.add(first)
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
        if run is not None and self._has_word(numbers[run[0]], numbers[run[1] - 1] + 1):
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
        if score <= 0 or not self._is_lettered(number):
            return min(score, 0.0)
        # Of equals the one nearest to where it would be expected.
        return score - _FAR * abs(word.start - self._expected(mark)) / max(1, len(self._text.target))

    def _phrase(self, mark: Mark, first: int, last: int, covered: set[int]) -> tuple[int, int]:
        """Articles and prepositions go with their noun: into the mark if the Dutch ones were in it, else out of it."""
        source = self._text.source
        while last - 1 not in covered and self._is_one_of(_LITTLE, last - 1) and self._has_word(first, last - 1):
            last -= 1
        if last - first == 1 and self._is_one_of(_ARTICLES, first) and self._is_open(last) and self._is_lettered(last):
            last += 1
        if first in covered:
            return first, last
        if len(bare(source[: mark.end].split()[-1])) >= _COMPOUND:
            while last - first < 3 and self._is_second_half(last):
                last += 1
        determined = _DUTCH_DETERMINER.match(source, mark.start, mark.end)
        if determined and self._is_open(first - 1) and self._is_one_of(_DETERMINERS, first - 1):
            return first - 1, last
        if not _DUTCH_LITTLE.match(source, mark.start, mark.end):
            outside = _LITTLE - _ARTICLES if determined else _LITTLE
            while self._is_one_of(outside, first) and self._has_word(first + 1, last):
                first += 1
        return first, last

    def _has_word(self, first: int, last: int) -> bool:
        return any(map(self._is_lettered, range(first, last)))

    def _is_open(self, number: int) -> bool:
        return 0 <= number < len(self._text.words) and self._is_free(*self._clipped(number))

    def _is_one_of(self, little: set[str], number: int) -> bool:
        """Whether a word is one of these; a capital makes it a part of a name, but at the start of a sentence."""
        word = self._text.words[number]
        written = self._text.target[word.start : word.end]
        starts = number in self._text.firsts
        return (written.lower() if starts else written) in little

    def _is_second_half(self, number: int) -> bool:
        """Whether a word ends a compound, as in klimaatbeleid, climate policy.

        It follows closely, and comes from no word with a meaning of its own.
        """
        if not self._is_open(number) or self._is_one_of(_NO_NOUN, number):
            return False
        before, word = self._text.words[number - 1], self._text.words[number]
        close = self._text.target[before.end - 1].isalnum()
        return close and all(_DUTCH_LITTLE_WORD.fullmatch(self._text.source[a:b]) for a, b in word.sources)

    def _characters(self, mark: Mark, first: int, last: int) -> tuple[int, int]:
        """Leaves out punctuation at the edges that the source's mark does not hold either."""
        text = self._text.target
        start, end = self._clipped(first)[0], self._clipped(last - 1)[1]
        marked = self._text.source[mark.start : mark.end].strip()
        while marked[0] not in _EDGE and text[start] in _EDGE:
            start += 1
        stops = marked[-1] in _EDGE and not ends_short(marked)
        while not stops and text[end - 1] in _EDGE:
            end -= 1
        return start, end
