"""The lexicon of a package: English for Dutch words that its model has hardly seen.

A small network knows a word after dozens of sentences; the text that it was trained on tells the
translation after two. What was read off there, or written by hand, is marked in the sentence as
terms are, and the model, trained with such marks, puts it in its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tweeklank.translate.capitals import in_capitals
from tweeklank.translate.models import LEXICON, Model, ModelError
from tweeklank.translate.prepared import smooth
from tweeklank.translate.spans import Span

# Not half a hyphenated or decomposed word, and nothing of an address, @name or #tag.
_WORD = re.compile(r"(?<![\w@#&=?%./-])[^\W\d_]+(?:[-'’][^\W\d_]+)*(?![\w\u0300-\u036f-]|['’./@=&]\w)")


@dataclass(frozen=True)
class Lexicon:
    """English forms by Dutch forms in small letters, both inflected: ``onderzeeërs`` is ``submarines``.

    Names stand in it in capitals, ``ROTTERDAM``, for sentences in capitals: elsewhere the model sees
    that they are names.
    """

    forms: Mapping[str, str] = field(default_factory=dict)

    def found(self, sentence: str) -> list[Span]:
        """Start, end and English form of the words of a sentence that are in the lexicon.

        A capital within a sentence makes a name of a word, two capitals do so anywhere: Zadel is not
        a saddle there, RAM not a ram.
        """
        spans, all_capitals = [], in_capitals(sentence)
        for number, word in enumerate(_WORD.finditer(smooth(sentence))):
            form = _form(word[0])
            english = self.forms.get(form) or (self.forms.get(form.upper()) if all_capitals else None)
            named = not all_capitals and any(map(str.isupper, word[0] if number else word[0][1:]))
            if english and (english[0].isupper() or not named):
                spans.append((*word.span(), english))
        return spans


def _form(word: str) -> str:
    """As words stand in a lexicon."""
    return word.lower().replace("’", "'")


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
