"""Sentences in capitals: a model has hardly seen them, so it is given small letters instead."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+")
_ABBREVIATION = 3  # letters: FNV, SER
_SURELY_A_WORD = 7  # letters: longer than nearly all abbreviations


def in_capitals(sentence: str) -> bool:
    """Whether a whole sentence is set in capitals, and not only made of abbreviations."""
    words = _WORD.findall(sentence)
    long = [word for word in words if len(word) > _ABBREVIATION]
    return all(word.isupper() for word in words) and (len(long) > 1 or any(len(w) >= _SURELY_A_WORD for w in long))


def small(text: str) -> str:
    """In small letters, and as long as it was."""
    return "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)


def in_small_letters(text: str) -> str:
    """The same text as it would stand elsewhere, only its first letter a capital; as long as it was.

    Nothing tells names there from words, so a name that is a word as well may be translated.
    """
    first = re.search(r"[^\W\d_]", text)
    start = first.end() if first else 0
    return text[:start] + small(text[start:])


def written_like(english: str, dutch: str) -> str:
    """A name in capitals with only those that it has elsewhere, which its English tells; as long as it was."""
    if english.upper() == dutch and len(english) == len(dutch):
        return english
    return dutch[0] + small(dutch[1:])
