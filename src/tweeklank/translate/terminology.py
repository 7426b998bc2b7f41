"""Names and terms that must come out in a fixed English form."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from tweeklank.article import TweeklankError

TERM, AS, END = "<term>", "<as>", "</term>"
"""How a term is marked for a model that was trained for it: ``<term>Dutch<as>English</term>``."""

_MOST_MARKED = 6  # terms in one sentence; the model never saw more than a few


class GlossaryError(TweeklankError):
    """The user's glossary cannot be used."""


@dataclass(frozen=True)
class Prepared:
    """A sentence as it is handed to the model.

    ``words[i]`` is the number of the word of the original sentence that character i of ``text``
    belongs to; -1 for marks.
    """

    text: str
    words: tuple[int, ...]


@dataclass(frozen=True)
class Glossary:
    """Dutch terms with their English forms; ``version`` changes when any of them does."""

    terms: Mapping[str, str]
    version: str
    _pattern: re.Pattern[str] | None

    @classmethod
    def of(cls, terms: Mapping[str, str]) -> Glossary:
        digest = hashlib.sha256(repr(sorted(terms.items())).encode()).hexdigest()[:12]
        longest_first = sorted(terms, key=len, reverse=True)
        pattern = r"(?<![\w-])(?:" + "|".join(map(re.escape, longest_first)) + r")(?![\w-])"
        return cls(terms, digest, re.compile(pattern) if terms else None)

    def found(self, sentence: str) -> list[tuple[int, int, str]]:
        """Start, end and English form of the terms in a sentence, longest first where they overlap."""
        if self._pattern is None:
            return []
        return [(m.start(), m.end(), self.terms[m[0]]) for m in self._pattern.finditer(sentence)][:_MOST_MARKED]

    def prepare(self, sentence: str) -> Prepared:
        """Marks the terms of a sentence for a model that knows the marks."""
        numbers, text, words, position = _word_numbers(sentence), "", [], 0
        for start, end, english in self.found(sentence):
            text += sentence[position:start] + TERM
            words += [*numbers[position:start], *[-1] * len(TERM)]
            text += sentence[start:end] + AS
            words += [*numbers[start:end], *[-1] * len(AS)]
            text += english + END
            words += [*[numbers[start]] * len(english), *[-1] * len(END)]
            position = end
        text += sentence[position:]
        words += numbers[position:]
        return Prepared(text, tuple(words))


def unmarked(sentence: str) -> Prepared:
    """A sentence for a model that knows no marks, or to try again without them."""
    return Prepared(sentence, tuple(_word_numbers(sentence)))


def _word_numbers(sentence: str) -> list[int]:
    """For each character the number of its word; white space belongs to the word before it."""
    numbers, word, inside = [], -1, False
    for character in sentence:
        if character.isspace():
            inside = False
        elif not inside:
            word, inside = word + 1, True
        numbers.append(max(word, 0))
    return numbers


def load_glossary(own: Path | None) -> Glossary:
    """The built-in glossary with the user's own terms over it.

    The user's file has a table ``[terms]`` of Dutch = English, and a list ``keep`` of what is never
    translated. Raises GlossaryError.
    """
    terms = dict(_builtin())
    if own is not None:
        terms |= _read(own)
    # A sentence may begin with a term whose first letter is small elsewhere.
    capitalised = {dutch[0].upper() + dutch[1:]: english[0].upper() + english[1:] for dutch, english in terms.items()}
    return Glossary.of(capitalised | terms)


def _builtin() -> Mapping[str, str]:
    lines = resources.files("tweeklank.translate").joinpath("glossary.tsv").read_text("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {dutch: english for dutch, english, *_ in pairs}


def _read(path: Path) -> dict[str, str]:
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise GlossaryError(f"{path}: there is no such file; translate.glossary names it.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise GlossaryError(f"{path}: not a readable glossary: {error}.") from None
    terms, keep = values.pop("terms", {}), values.pop("keep", [])
    if values:
        raise GlossaryError(f"{path}: unknown key {next(iter(values))!r}; known are terms and keep.")
    texts = isinstance(terms, dict) and isinstance(keep, list) and all(isinstance(t, str) and t for t in keep)
    if not texts or not all(isinstance(english, str) and english and dutch for dutch, english in terms.items()):
        raise GlossaryError(f'{path}: write [terms] with "Dutch" = "English", and keep = ["name", …].')
    return {**terms, **{name: name for name in keep}}
