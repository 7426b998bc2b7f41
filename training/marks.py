"""Marks: a term, a rare word or an expression of a sentence with the English that is wanted for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from recipe import read_pairs

# Not half a hyphenated or decomposed word, and nothing of an address, @name or #tag.
WORD = re.compile(r"(?<![\w@#&=?%./-])[^\W\d_]+(?:[-'’][^\W\d_]+)*(?![\w\u0300-\u036f-]|['’./@=&]\w)")
# Where any word has a capital: at the start of a sentence, and of a second one or a quote in it.
BEGINNING = re.compile(r"(?:^|[.!?:…])[\s\"'“”‘’„«(\[-]{0,20}$")
MARKS = TERM, AS, END = "<term>", "<as>", "</term>"
MOST_MARKED = 8  # in one sentence
LONGEST = 6  # words of an expression

Mark = tuple[int, int, str]
"""Where a term starts and ends in the Dutch, and the English that is wanted for it."""


def with_marks(dutch: str, marks: Iterable[Mark]) -> str:
    """``<term>Dutch<as>English</term>`` in the place of each term."""
    for start, end, english in sorted(marks, reverse=True):
        dutch = f"{dutch[:start]}{TERM}{dutch[start:end]}{AS}{english}{END}{dutch[end:]}"
    return dutch


def form(word: str) -> str:
    """A word as it stands in a lexicon: in small letters, with straight apostrophes."""
    return word.lower().replace("’", "'")


def runs(dutch: str) -> Iterator[list[tuple[int, int, str]]]:
    """For each word start, end and form of the expressions that begin with it, the longest first, and of itself.

    The words of an expression have single spaces between them.
    """
    words = list(WORD.finditer(dutch))
    for first, word in enumerate(words):
        found = [(word.start(), word.end(), form(word[0]))]
        for after in words[first + 1 : first + LONGEST]:
            _, end, forms = found[-1]
            if dutch[end : after.start()] != " ":
                break
            found.append((word.start(), after.end(), f"{forms} {form(after[0])}"))
        yield found[::-1]


def marked_in_use(dutch: str, lexicon: Mapping[str, str]) -> str:
    """A sentence with the marks that Tweeklank puts at what stands in a package's lexicon.

    A word with a capital within a sentence is taken for a name, unless its English has one too; what
    the lexicon has with a capital, ``Taart``, is marked where a sentence begins with it.
    A sentence in capitals is left as it is: Tweeklank gives the model other letters there.
    """
    if dutch.isupper():
        return dutch
    marks: list[Mark] = []
    for found in runs(dutch):
        begins = BEGINNING.search(dutch, 0, found[0][0]) is not None
        for start, end, dutch_form in found:
            english = lexicon.get(dutch_form, "")
            if begins and not english and dutch[start].isupper():
                english = lexicon.get(dutch_form[0].upper() + dutch_form[1:], "")
            named = any(map(str.isupper, dutch[start + begins : end]))
            if english and (english[0].isupper() or not named) and not (marks and start < marks[-1][1]):
                marks.append((start, end, english))
                break
    return with_marks(dutch, marks[:MOST_MARKED])


def read_package_lexicon(package: Path) -> dict[str, str]:
    """English by Dutch form, of the lexicon in a package folder; empty if it has none."""
    file = package / "lexicon.tsv"
    return dict(read_pairs(file)) if file.exists() else {}
