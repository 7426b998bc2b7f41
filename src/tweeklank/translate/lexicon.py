"""The lexicon of a package: English for Dutch words and fixed expressions that its model has hardly seen.

A small network knows a word after dozens of sentences; the text that it was trained on tells the
translation after two. What was read off there, or written by hand, is marked in the sentence as
terms are, and the model, trained with such marks, puts it in its place. An expression must be told
as one: word by word *op eigen houtje* is "on their own wood".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tweeklank.translate.capitals import in_capitals
from tweeklank.translate.forms import begins_sentence, form_of, run, words_of
from tweeklank.translate.models import LEXICON, Model, ModelError
from tweeklank.translate.prepared import smooth
from tweeklank.translate.spans import Span

_LONGEST = 6  # words of an expression


@dataclass(frozen=True)
class Lexicon:
    """English forms by Dutch forms in small letters, both inflected: ``onderzeeërs`` is ``submarines``.

    An expression has single spaces between its words: ``op eigen houtje`` is ``independently``.

    Names stand in it in capitals, ``ROTTERDAM``, for sentences in capitals: elsewhere the model sees
    that they are names. Common nouns and adjectives stand in it with a capital, ``Taart``, for the
    beginning of a sentence: there the model takes them for names.
    """

    forms: Mapping[str, str] = field(default_factory=dict)

    def found(self, sentence: str) -> list[Span]:
        """Start, end and English form of what a sentence has of the lexicon, expressions before words.

        A capital within a sentence makes a name of a word, two capitals do so anywhere: Zadel is not
        a saddle there, RAM not a ram.
        """
        spans: list[Span] = []
        all_capitals, text, taken = in_capitals(sentence), smooth(sentence), 0
        words = words_of(text)
        for number, word in enumerate(words):
            if word.start() < taken:
                continue
            begins = begins_sentence(text, word.start())
            for end, form in self._forms(text, words[number : number + _LONGEST]):
                capital = begins and text[word.start()].isupper()
                english = self.forms.get(form) or self._english(form, capital=capital, all_capitals=all_capitals)
                written = text[word.start() + begins : end]
                named = not all_capitals and any(map(str.isupper, written))
                if english and (english[0].isupper() or not named):
                    spans.append((word.start(), end, english))
                    taken = end
                    break
        return spans

    def _english(self, form: str, *, capital: bool, all_capitals: bool) -> str | None:
        """The English of a form that is told only in a sentence in capitals, or with the capital that begins one."""
        named = self.forms.get(form.upper()) if all_capitals else None
        return named or (self.forms.get(form[0].upper() + form[1:]) if capital else None)

    def _forms(self, text: str, words: list[re.Match[str]]) -> Iterator[tuple[int, str]]:
        """End and form of the expressions that the first of the words may begin, longest first, and of that word."""
        first = form_of(words[0][0])
        if first in self._first_words:
            following = run(text, words)
            for count in range(len(following), 1, -1):
                yield following[count - 1].end(), " ".join(form_of(word[0]) for word in following[:count])
        yield words[0].end(), first

    @cached_property
    def _first_words(self) -> frozenset[str]:
        """The words that expressions begin with."""
        return frozenset(form_of(form.partition(" ")[0]) for form in self.forms if " " in form)


def read_lexicon(model: Model) -> Lexicon:
    """The lexicon of a package, empty if there is none or the model knows no marks.

    One form a line: Dutch, tab, English. Raises ModelError.
    """
    file = model.path / LEXICON
    if not model.marks_terms or not file.is_file():
        return Lexicon()
    try:
        text = file.read_text("utf-8-sig")
        if "<" in text:
            raise ValueError("it has marks in it")
        return Lexicon(dict(line.split("\t") for line in text.splitlines() if line))
    except (OSError, ValueError) as error:
        raise ModelError(f"{file}: not a lexicon ({error}); install the package again.") from None
