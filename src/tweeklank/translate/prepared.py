"""What a model is given of a sentence: its text in letters and words that models know, with marks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from tweeklank.translate.abbreviations import written_out
from tweeklank.translate.alignment import word_numbers
from tweeklank.translate.capitals import in_capitals, in_small_letters, written_like
from tweeklank.translate.names import unchanged_names
from tweeklank.translate.spans import Span, beside

TERM, AS, END = "<term>", "<as>", "</term>"
"""How a term is marked for a model that was trained for it: ``<term>Dutch<as>English</term>``."""

_MOST_MARKED = 8  # terms and words in one sentence; training has hardly more
Rests = Mapping[Span, tuple[int, int]]
"""By the span of a verb where the rest of it stands: it is told with the verb."""
_NONE: Rests = MappingProxyType({})

_SMOOTH = str.maketrans("„‟‚‛«»‐‑\u00a0\u202f", "““‘‘“”--  ")


@dataclass(frozen=True)
class Prepared:
    """A sentence as it is handed to the model.

    ``words[i]`` is the number of the word of ``original`` that character i of ``text`` belongs to;
    -1 for marks. ``terms`` are the words of each marked term, without those at its end that are the same
    in English: a title with a name, a trade union with its abbreviation; of a parted verb all its words.
    """

    original: str
    text: str
    words: tuple[int, ...]
    terms: tuple[frozenset[int], ...] = ()
    told: tuple[str, ...] = ()
    """What its English should have: that of the marks, and its names."""
    parted: tuple[str, ...] = ()
    """Of these what is told at verbs whose rest is left out."""
    otherwise: Prepared | None = None
    """How to hand it over, with the rests in their places, if the English of those verbs does not come out."""

    @cached_property
    def lettered(self) -> frozenset[int]:
        """The words that are more than punctuation."""
        return frozenset(n for n, word in enumerate(self.original.split()) if any(map(str.isalnum, word)))

    def with_whole_terms(self, numbers: tuple[int, ...]) -> tuple[int, ...]:
        """A marked term is translated as one: what comes from one of its words comes from all."""
        whole = set(numbers)
        for term in self.terms:
            if len(numbers) > 0 and term.issuperset(numbers):
                whole |= term
        return tuple(sorted(whole))


def prepared(sentence: str, *kinds: Iterable[Span], rests: Rests = _NONE) -> Prepared:
    """Marks spans of several kinds, of which what comes first goes before the rest, and writes abbreviations out.

    ``rests`` has the place of the rest of a verb by the span of the verb; where that is marked, the rest
    is moved before the verb: *legt* the work *stil* becomes *stillegt* the work. A sentence in capitals
    gets small letters, but for the names that their English tells.
    """
    capitals, numbers = in_capitals(sentence), word_numbers(sentence)
    plain = in_small_letters(smooth(sentence)) if capitals else smooth(sentence)
    wanted = marked(*kinds)
    short = written_out(plain) + [(start - 1, end, "") for verb, (start, end) in rests.items() if verb in wanted]
    marks = [mark for mark in wanted if not any(_is_part(mark, of=words) for words in short)]
    parts: list[tuple[str, list[int]]] = []
    terms: list[frozenset[int]] = []
    position = 0
    for start, end, instead in sorted(marks + beside(marks, short)):
        parts.append((plain[position:start], numbers[position:start]))
        position = end
        if (start, end, instead) in marks:
            name = capitals and instead[0].isupper()
            dutch = written_like(instead, sentence[start:end]) if name else plain[start:end]
            same = _same_end(dutch, instead)
            english = [numbers[start]] * (len(instead) - same) + numbers[end - same : end]
            rest = slice(*rests.get((start, end, instead), (end, end)))
            parts += [_mark(TERM), (plain[rest], numbers[rest]), *([(" ", [-1])] if " " in plain[rest] else [])]
            parts += [(dutch, numbers[start:end]), _mark(AS), (instead, english), _mark(END)]
            if same < end - start:
                terms.append(frozenset(numbers[start : end - same] + numbers[rest]))
        else:
            parts.append((instead, [numbers[start]] * len(instead)))
    parts.append((plain[position:], numbers[position:]))
    words = tuple(number for _, theirs in parts for number in theirs)
    names = () if capitals else (name for _, _, name in unchanged_names(plain))
    told = (*(english for _, _, english in marks), *names)
    parted = tuple(english for mark in marks if mark in rests for english in mark[2:])
    return Prepared(sentence, "".join(text for text, _ in parts), words, tuple(terms), told, parted)


def marked(*kinds: Iterable[Span]) -> list[Span]:
    """What is marked of several kinds of spans of a sentence, in its order: what comes first goes before the rest."""
    spans: list[Span] = []
    for kind in kinds:
        spans += beside(spans, kind)
    return sorted(spans[:_MOST_MARKED])


def _same_end(dutch: str, english: str) -> int:
    """How many characters the words have that both end with."""
    ours, theirs, same = dutch.split(" "), english.split(" "), 0
    while same < min(len(ours), len(theirs)) and ours[-1 - same] == theirs[-1 - same]:
        same += 1
    return len(" ".join(ours[len(ours) - same :]))


def _is_part(span: Span, of: Span) -> bool:
    return span[:2] != of[:2] and of[0] <= span[0] and span[1] <= of[1]


def _mark(mark: str) -> tuple[str, list[int]]:
    return mark, [-1] * len(mark)


def smooth(sentence: str) -> str:
    """Without the characters that models have hardly seen; as long as it was."""
    return sentence.translate(_SMOOTH)
