"""Numbers: other ones put into the same pairs, so that every digit is copied and none is guessed.

The twin of names.py. A number that stands once on either side, in the form of its language
(Dutch 2.200 and 1,9; English 2,200 and 1.9), gives way to another of the same form.
"""

from __future__ import annotations

import random
import re

# Not a part of a word, a date in figures, a time or an address; "80-jarige" is welcome.
NUMERAL = re.compile(r"(?<![\w.,:/-])(?:\d{2,}|\d{1,3}(?:\.\d{3})+|\d)(?:,\d+)?(?![\w/:]|[.,-]\d)")
YEARS = (1100, 2090)
DAYS = (10, 28)
MONTH = re.compile(r" (?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december)")
TO_ENGLISH = str.maketrans(".,", ",.")


def renumber(dutch: str, english: str, rng: random.Random) -> tuple[str, str]:
    """The pair with other numbers. Single digits stay: they decide about singular and plural."""
    matches = list(NUMERAL.finditer(dutch))
    numerals = [match[0] for match in matches]
    for match in reversed(matches):
        numeral = match[0]
        if len(numeral) == 1 or numerals.count(numeral) > 1:
            continue
        there = list(re.finditer(rf"(?<![\w.,]){re.escape(numeral.translate(TO_ENGLISH))}(?![\w]|[.,]\d)", english))
        # After "an" another number would often want "a".
        if len(there) != 1 or re.search(r"\ban? $", english[: there[0].start()], re.IGNORECASE):
            continue
        other = _another(numeral, bool(MONTH.match(dutch, match.end())), rng)
        dutch = dutch[: match.start()] + other + dutch[match.end() :]
        english = english[: there[0].start()] + other.translate(TO_ENGLISH) + english[there[0].end() :]
    return dutch, english


def _another(numeral: str, is_day: bool, rng: random.Random) -> str:
    if is_day and len(numeral) == 2:
        return str(rng.randint(*DAYS))
    if re.fullmatch(r"1\d{3}|20\d\d", numeral):
        return str(rng.randint(*YEARS))
    first = numeral[0] if numeral[0] == "0" else rng.choice("123456789")
    return first + re.sub(r"\d", lambda _: rng.choice("0123456789"), numeral[1:])
