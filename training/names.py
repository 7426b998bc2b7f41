"""Names: other ones put into the same pairs, so that they are copied and not guessed; and how many are kept.

A small model learns the names of its training text by heart and answers an unknown one with a
known one. Here a name that stands on both sides of a pair gives way, on both, to another name
or to one that nobody has ever had; the only way to get that right is to copy it.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable

NAME = re.compile(r"(?<![\w'’.-])[A-Z][a-zà-ÿ]{3,}(?![\w'’-])")
SEEN_OFTEN = 3  # a token that is copied this often, and nearly always, is taken for a name
COPIED = 0.95
LETTERS = (4, 12)  # length of an invented name


class Renamer:
    """Names as the pairs have them, and a letter model to invent more."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        dutch_side, copied = Counter[str](), Counter[str]()
        for dutch, english in pairs:
            there = set(NAME.findall(english))
            for name in set(names_inside(dutch)):
                dutch_side[name] += 1
                copied[name] += name in there
        self.names = sorted(n for n, k in copied.items() if k >= SEEN_OFTEN and k >= COPIED * dutch_side[n])
        self.known = set(self.names)
        self.following: dict[str, list[str]] = defaultdict(list)
        for name in self.names:
            text = f"^^{name.lower()}$"
            for i in range(len(text) - 2):
                self.following[text[i : i + 2]].append(text[i + 2])

    def invent(self, rng: random.Random) -> str:
        """A name that sounds like the others: each letter drawn by the two before it."""
        while True:
            text = "^^"
            while not text.endswith("$") and len(text) < LETTERS[1] + 3:
                text += rng.choice(self.following[text[-2:]])
            if text.endswith("$") and len(text) - 3 >= LETTERS[0]:
                return text[2:-1].capitalize()

    def rename(self, dutch: str, english: str, rng: random.Random) -> tuple[str, str]:
        """The pair with every known name that stands as often on one side as on the other replaced."""
        for name in sorted(set(names_inside(dutch)) & self.known):
            whole = re.compile(rf"(?<![\w'’.-]){name}(?![\w-])")
            # As a part of a longer word ("Nijmegense", "Jansens") it would stay behind on one side,
            # and after "an" another name would often want "a".
            times = {len(whole.findall(dutch)), len(whole.findall(english)), dutch.count(name), english.count(name)}
            if len(times) > 1 or re.search(rf"\b[Aa]n? {name}", english):
                continue
            other = self.invent(rng) if rng.random() < 0.6 else rng.choice(self.names)
            dutch, english = whole.sub(other, dutch), whole.sub(other, english)
        return dutch, english


def names_inside(sentence: str) -> list[str]:
    """Words that begin with a capital, but the first of the sentence, which may be any word."""
    return [m[0] for m in NAME.finditer(sentence) if m.start() > 1 and sentence[m.start() - 2] not in ".!?:“"]


def names_kept(pairs: list[tuple[str, str]], made: list[str]) -> tuple[int, int]:
    """(names that stand alike in the Dutch and the reference, those that stand in the translation too)."""
    kept = [
        name in translation
        for (dutch, english), translation in zip(pairs, made, strict=True)
        for name in sorted(set(names_inside(dutch)) & set(names_inside(english)))
    ]
    return len(kept), sum(kept)
