"""Translation memory: what becomes of a sentence without asking a model.

What people made of it comes first, whatever the model; then what this edition made of it before.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field

from tweeklank import __version__
from tweeklank.store import Store
from tweeklank.store.segments import normal_form
from tweeklank.store.translations import Remembered
from tweeklank.translate.figures import Style
from tweeklank.translate.markup import Sentence
from tweeklank.translate.models import Model
from tweeklank.translate.terminology import Glossary

Alignment = tuple[tuple[int, ...], ...]


def edition(model: Model, glossary: Glossary, style: Style) -> str:
    """What a machine's sentence depends on, beside the names that its text tells.

    The version stands for Tweeklank's own mends and checks.
    """
    return "/".join((__version__, model.key, glossary.version, style.version))


@dataclass
class Memory:
    """What is known of the sentences of one run. ``corrected`` and ``remembered`` count where it came from."""

    store: Store
    edition: str
    corrected: int = 0
    remembered: int = 0
    _by_people: dict[str, str] = field(default_factory=dict)
    _by_machine: dict[str, Remembered] = field(default_factory=dict)

    def recall(self, sentences: Iterable[str], linked: Container[str] = ()) -> list[str]:
        """Looks sentences up; returns those that a model is needed for, one spelling of each.

        For ``linked`` sentences, with links or emphasis in them, it is needed even if people have
        translated them: to tell which of their words came from which.
        """
        spellings: dict[str, str] = {}
        for sentence in sentences:
            spellings.setdefault(normal_form(sentence), sentence)
        self._by_people = self.store.corrections.found(spellings)
        self._by_machine = self.store.translations.remembered(self.edition, spellings)
        self.corrected = len(self._by_people)
        self.remembered = len(self._by_machine.keys() - self._by_people.keys())
        unknown = [form for form in spellings if form not in self._by_machine]
        return [spellings[form] for form in unknown if form not in self._by_people or spellings[form] in linked]

    def remember(self, made: Mapping[str, Remembered]) -> None:
        """Stores what a model made of sentences."""
        self.store.translations.remember(self.edition, made)
        self._by_machine |= {normal_form(sentence): result for sentence, result in made.items()}

    def made(self, wanted: Iterable[str]) -> dict[str, Remembered]:
        """What a model made of those of the sentences that people have not translated, in this run or before."""
        forms = {sentence: normal_form(sentence) for sentence in wanted}
        return {
            sentence: self._by_machine[form]
            for sentence, form in forms.items()
            if form in self._by_machine and form not in self._by_people
        }

    def sentences(self, wanted: Iterable[str]) -> dict[str, Sentence]:
        """What each of the sentences became, in its own spelling."""
        return {sentence: self._sentence(sentence, normal_form(sentence)) for sentence in wanted}

    def _sentence(self, sentence: str, form: str) -> Sentence:
        machine = self._by_machine.get(form)
        if form in self._by_people:
            return Sentence(self._by_people[form], borrowed(sentence, self._by_people[form], machine))
        if machine is None or machine.fault:
            # What stays in Dutch stays as it is spelt here.
            return Sentence(sentence, kept=True)
        return Sentence(machine.target, machine.alignment)


def borrowed(dutch: str, english: str, machine: Remembered | None) -> Alignment:
    """The alignment of a human translation, so that links find their words in it.

    Words that the machine used too have the machine's alignment, and those in between that of the
    words that they take the place of. Without a machine's translation names and order must do.
    """
    if machine is None or machine.fault or not machine.alignment:
        return _estimated(dutch.split(), english.split())
    theirs, ours = (list(map(_bare, text.split())) for text in (machine.target, english))
    alignment: list[tuple[int, ...]] = []
    for _, start, end, first, last in difflib.SequenceMatcher(None, theirs, ours, autojunk=False).get_opcodes():
        replaced = machine.alignment[start:end]
        alignment += [_share(replaced, number, last - first) for number in range(last - first)]
    return tuple(alignment)


def _share(origins: Alignment, number: int, count: int) -> tuple[int, ...]:
    """Where word ``number`` of ``count`` came from, if they take the place of words from ``origins``."""
    first = number * len(origins) // count
    last = max(first + 1, (number + 1) * len(origins) // count)
    return tuple(sorted({word for origin in origins[first:last] for word in origin}))


def _estimated(dutch: list[str], english: list[str]) -> Alignment:
    names = {_bare(word): number for number, word in reversed(list(enumerate(dutch)))}
    sure = {
        number: names[_bare(word)]
        for number, word in enumerate(english)
        if _bare(word) in names and not word.islower()
    }  # fmt: skip
    free = tuple((number,) for number in range(len(dutch)) if number not in sure.values())
    others = [number for number in range(len(english)) if number not in sure]
    guessed = {number: _share(free, place, len(others)) for place, number in enumerate(others)}
    return tuple((sure[number],) if number in sure else guessed[number] for number in range(len(english)))


def _bare(word: str) -> str:
    return re.sub(r"^\W+|\W+$", "", word).lower()
