"""Times of day in words, which English counts from the other hour: half zes is half past five."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tweeklank.translate.spans import Span

_HOURS = {
    "een": "one",
    "één": "one",
    "twee": "two",
    "drie": "three",
    "vier": "four",
    "vijf": "five",
    "zes": "six",
    "zeven": "seven",
    "acht": "eight",
    "negen": "nine",
    "tien": "ten",
    "elf": "eleven",
    "twaalf": "twelve",
}
_ENGLISH = list(dict.fromkeys(_HOURS.values()))
_MINUTES = {"vijf": 5, "tien": 10}
# Half een is a time, half een grap is not.
_HOUR = r"(?P<hour>twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|één|een(?!\s+[^\W\d_]))(?!\w)"
# Vijf over tien may be five of ten: only behind what stands before a time.
_BEFORE_A_TIME = ("om", "rond", "omstreeks", "tegen", "tot", "vanaf", "sinds", "na")
_AT = "|".join(rf"(?<=\b{word}\s)" for word in _BEFORE_A_TIME)
_SPOKEN = re.compile(
    rf"""(?<![\w-])(?:
        (?:(?P<minutes>vijf|tien)\s+(?P<side>voor|over)\s+)?(?P<half>half)
        | (?P<quarter>kwart)\s+(?P<quarter_side>voor|over)
        | (?:{_AT})(?P<few>vijf|tien|twintig)\s+(?P<few_side>voor|over)
    )\s+{_HOUR}""",
    re.IGNORECASE | re.VERBOSE,
)


def spoken_times(dutch: str) -> Iterator[Span]:
    """Start, end and English of the times of day in words of a sentence."""
    for match in _SPOKEN.finditer(dutch):
        yield *match.span(), _capital_like(match[0], _in_english(match))


def _in_english(match: re.Match[str]) -> str:
    hour = _HOURS[match["hour"].lower()]
    before = _ENGLISH[_ENGLISH.index(hour) - 1]
    if match["minutes"]:
        minute = 30 + _MINUTES[match["minutes"].lower()] * (1 if match["side"].lower() == "over" else -1)
        return f"{_ENGLISH.index(before) + 1}.{minute}"
    if match["half"]:
        return f"half past {before}"
    words, side = ("a quarter", match["quarter_side"]) if match["quarter"] else (_few(match), match["few_side"])
    return f"{words} {'past' if side.lower() == 'over' else 'to'} {hour}"


def _few(match: re.Match[str]) -> str:
    return "twenty" if match["few"].lower() == "twintig" else _HOURS[match["few"].lower()]


def _capital_like(dutch: str, english: str) -> str:
    return english[0].upper() + english[1:] if dutch[0].isupper() and not dutch.isupper() else english
