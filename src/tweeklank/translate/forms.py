"""The words of a sentence as a lexicon has them."""

from __future__ import annotations

import re

# Not half a hyphenated or decomposed word, and nothing of an address, @name or #tag.
_WORD = re.compile(r"(?<![\w@#&=?%./-])[^\W\d_]+(?:[-'’][^\W\d_]+)*(?![\w\u0300-\u036f-]|['’./@=&]\w)")

# Where any word has a capital: at the start of a sentence, and of a second one or a quote in it.
_BEGINNING = re.compile(r"(?:^|[.!?:…])[\s\"'“”‘’„«(\[-]{0,20}$")


def words_of(text: str) -> list[re.Match[str]]:
    """Where its words stand; figures and addresses have none."""
    return list(_WORD.finditer(text))


def form_of(word: str) -> str:
    """A word in small letters, with straight apostrophes."""
    return word.lower().replace("’", "'")


def run(text: str, words: list[re.Match[str]]) -> list[re.Match[str]]:
    """The first of some words of a text, and those that follow it with a single space between them."""
    gap = (n for n in range(1, len(words)) if text[words[n - 1].end() : words[n].start()] != " ")
    return words[: next(gap, len(words))]


def begins_sentence(text: str, place: int) -> bool:
    """Whether a word in this place is the first of a sentence or of a quote in it."""
    return _BEGINNING.search(text, max(0, place - 21), place) is not None
