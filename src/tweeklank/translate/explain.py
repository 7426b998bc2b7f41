"""Translating for a person who wants to know why: terms, attempts and checks of each sentence.

Nothing is read from or written to the translation memory, so what is shown is what the model does now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from tweeklank.config import Translate
from tweeklank.translate.attempts import Attempt, Progress, told_by, translate_named, translate_sentences
from tweeklank.translate.figures import Style
from tweeklank.translate.introduced import lost_names
from tweeklank.translate.markup import Sentence
from tweeklank.translate.models import find_model
from tweeklank.translate.parted import GAP
from tweeklank.translate.prepared import Rests, marked
from tweeklank.translate.spans import Span
from tweeklank.translate.terminology import load_glossary, stands_in


@dataclass(frozen=True)
class Term:
    """A term of the glossary or a word of the lexicon in a sentence, and whether its English form came out."""

    dutch: str
    english: str
    applied: bool


@dataclass(frozen=True)
class Explained:
    """What became of a sentence and why. ``fault`` is empty, or the check for which it stays in Dutch."""

    dutch: str
    english: str
    fault: str
    terms: tuple[Term, ...]
    words: tuple[Term, ...]
    attempts: tuple[Attempt, ...]

    @property
    def sentence(self) -> Sentence:
        alignment = () if self.fault else self._won.made.alignment
        return Sentence(self.english, alignment, bool(self.fault))

    @property
    def _won(self) -> Attempt:
        return next(attempt for attempt in reversed(self.attempts) if not attempt.fault)

    def as_dict(self) -> dict[str, Any]:
        """For JSON; ``won`` is the attempt that was taken, or None."""
        return {
            "dutch": self.dutch,
            "english": self.english,
            "won": None if self.fault else self._won.way,
            "fault": self.fault,
            "terms": [asdict(term) for term in self.terms],
            "words": [asdict(word) for word in self.words],
            "attempts": [
                {"way": a.way, "english": a.made.text, "score": round(a.made.score, 3), "fault": a.fault}
                for a in self.attempts
            ],
        }


def explain(sentences: list[str], settings: Translate, progress: Progress = lambda *_: None) -> list[Explained]:
    """Translates sentences and tells how, in their order. Raises ModelError, GlossaryError, TranslationFailedError."""
    if not sentences:
        return []
    model, glossary = find_model(settings.model), load_glossary(settings)
    attempts: dict[str, list[Attempt]] = {sentence: [] for sentence in sentences}

    def note(sentence: str, attempt: Attempt) -> None:
        attempts[sentence].append(attempt)

    style = Style(settings.clock, settings.percent)
    portions = translate_sentences(list(attempts), model, glossary, progress, style, note)
    made = {sentence: result for portion in portions for sentence, result in portion.items()}
    lost = lost_names([sentences], made)
    for sentence, attempt in translate_named(lost, model, glossary, style):
        note(sentence, attempt)
        if not attempt.fault:
            made[sentence] = attempt.remembered
    told = told_by(model, glossary, lost)

    def explained(sentence: str) -> Explained:
        target, known = made[sentence].target, told(sentence)
        words = [span for span in marked(*known.kinds) if span not in known.terms]
        return Explained(
            sentence,
            target,
            made[sentence].fault,
            tuple(_told(sentence, known.terms, target, {})),
            tuple(_told(sentence, words, target, known.parted)),
            tuple(attempts[sentence]),
        )

    return [explained(sentence) for sentence in sentences]


def _told(sentence: str, found: Iterable[Span], target: str, rests: Rests) -> Iterator[Term]:
    for start, end, english in found:
        rest = rests.get((start, end, english))
        dutch = sentence[start:end] + (GAP + sentence[slice(*rest)] if rest else "")
        yield Term(dutch, english, stands_in(target, english))


def in_words(explained: Iterable[Explained]) -> Iterator[str]:
    """Lines for a terminal."""
    for number, one in enumerate(explained, 1):
        yield f"{number:>3}  nl     {one.dutch}"
        yield f"     en     {one.english}" if not one.fault else f"     en     stays in Dutch: {one.fault}"
        for kind, terms in (("term", one.terms), ("word", one.words)):
            for term in terms:
                yield f"     {kind}   {term.dutch} → {term.english}{'' if term.applied else ' (did not come out)'}"
        for attempt in one.attempts:
            verdict = f"failed: {attempt.fault}" if attempt.fault else "passed"
            yield f"     tried  {attempt.way}: {verdict} (score {attempt.made.score:.2f})"
            if attempt.fault:
                yield f"            {attempt.made.text}"
        yield ""
