"""Translation memory: what becomes of a sentence without asking a model.

What people made of it comes first, whatever the model; then what this edition made of it before.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tweeklank import __version__
from tweeklank.store import Store
from tweeklank.store.segments import normal_form
from tweeklank.store.translations import Remembered
from tweeklank.translate.markup import Sentence
from tweeklank.translate.models import Model
from tweeklank.translate.terminology import Glossary

Alignment = tuple[tuple[int, ...], ...]


def edition(model: Model, glossary: Glossary) -> str:
    """What a machine's sentence depends on; the version stands for Tweeklank's own mends and checks."""
    return "/".join((__version__, model.key, glossary.version))


@dataclass
class Memory:
    """What is known of the sentences of one run. ``corrected`` and ``remembered`` count where it came from."""

    store: Store
    edition: str
    corrected: int = 0
    remembered: int = 0
    _known: dict[str, Remembered] = field(default_factory=dict)

    def recall(self, sentences: Iterable[str]) -> list[str]:
        """Looks sentences up; returns those that a model is needed for, one spelling of each."""
        spellings: dict[str, str] = {}
        for sentence in sentences:
            spellings.setdefault(normal_form(sentence), sentence)
        by_people = self.store.corrections.found(spellings)
        by_machine = self.store.translations.remembered(self.edition, spellings)
        self.corrected, self.remembered = len(by_people), len(by_machine.keys() - by_people.keys())
        corrections = {
            form: Remembered(english, borrowed(spellings[form], english, by_machine.get(form)))
            for form, english in by_people.items()
        }
        self._known = by_machine | corrections
        return [sentence for form, sentence in spellings.items() if form not in self._known]

    def remember(self, made: Mapping[str, Remembered]) -> None:
        """Stores what a model made of sentences."""
        self.store.translations.remember(self.edition, made)
        self._known |= {normal_form(sentence): result for sentence, result in made.items()}

    def sentences(self, wanted: Iterable[str]) -> dict[str, Sentence]:
        """What each of the sentences became, in its own spelling."""
        return {sentence: _sentence(sentence, self._known[normal_form(sentence)]) for sentence in wanted}


def _sentence(sentence: str, result: Remembered) -> Sentence:
    # What stays in Dutch stays as it is spelt here.
    return Sentence(sentence, kept=True) if result.fault else Sentence(result.target, result.alignment)


def borrowed(dutch: str, english: str, machine: Remembered | None) -> Alignment:
    """The alignment of a human translation, so that links find their words in it.

    Words that the machine used too have the machine's alignment; others come from about the
    same place in the sentence as they stand in themselves.
    """
    words, count = english.split(), len(dutch.split())
    alignment = [_about(number, len(words), count) for number in range(len(words))]
    names = {_bare(word): number for number, word in reversed(list(enumerate(dutch.split())))}
    for number, word in enumerate(words):
        if _bare(word) in names and not word.islower():
            alignment[number] = (names[_bare(word)],)
    if machine is not None and not machine.fault:
        theirs = list(map(_bare, machine.target.split()))
        same = difflib.SequenceMatcher(None, theirs, list(map(_bare, words)), autojunk=False)
        for start, own, length in same.get_matching_blocks():
            borrowed_words = machine.alignment[start : start + length]
            alignment[own : own + len(borrowed_words)] = borrowed_words
    return tuple(alignment)


def _about(number: int, words: int, count: int) -> tuple[int, ...]:
    return (min(count - 1, int((number + 0.5) * count / words)),) if count else ()


def _bare(word: str) -> str:
    return re.sub(r"^\W+|\W+$", "", word).lower()
