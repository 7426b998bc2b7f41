"""Times of day in words, which English counts from the other hour: half zes is half past five."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tweeklank.translate.spans import Span

_HOURS = ("een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf")
_ENGLISH = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
HOUR = rf"(?:{'|'.join(_HOURS[1:])}|één|1[0-2]|[1-9])(?![\w]|[.,:]\d)"
"""A pattern for an hour, but for een, which is an article as well."""

# Of several of these it is no time: half acht gezinnen, een kwart over vijf jaar.
_THINGS = (
    r"(?!\s+(?:euro|cent|jaar|jaren|maand(?:en)?|we(?:ek|ken)|dag(?:en)?|procent|graden|punt(?:en)?|keer|miljoen|miljard"
    r"|duizend|honderd|ton|kilo|meter|kilometer|mensen|mannen|vrouwen|personen|gezinnen|kinderen|leden|partijen|bedrijven"
    r"|landen)\b|\s*%)"
)
_AT = "|".join(
    rf"(?<=\b{word}\s)" for word in ("om", "rond", "omstreeks", "tegen", "tot", "vanaf", "sinds", "na", "van", "voor")
)
# Half een is a time where a time is wanted; half een grap is none.
_EEN = r"een(?!\w)(?(at)|(?!\s+(?!tot\b)[^\W\d_]))"
_SPOKEN = re.compile(
    rf"""(?<![\w-])(?<!een\s)(?<!één\s)(?P<at>{_AT})?
    (?: (?:(?P<few>vijf|tien|5|10)(?:\s+minuten)?\s+(?P<side>voor|over)\s+)?(?P<half>half)
      | (?P<quarter>kwart)\s+(?P<quarter_side>voor|over)
      | (?(at)|(?!))(?P<minutes>vijf|tien|twintig|5|10|20)(?:\s+minuten)?\s+(?P<minutes_side>voor|over)
    )\s+(?P<hour>{HOUR}|{_EEN}){_THINGS}(?:\s+uur\b)?""",
    re.IGNORECASE | re.VERBOSE,
)


def spoken_times(dutch: str) -> Iterator[Span]:
    """Start, end and English of the times of day in words of a sentence."""
    for match in _SPOKEN.finditer(dutch):
        english = _in_english(match)
        begins = match[0][0].isupper() and not match[0].isupper()
        yield *match.span(), english[0].upper() + english[1:] if begins else english


def _in_english(match: re.Match[str]) -> str:
    hour = _number(match["hour"]) - 1
    before = (hour - 1) % 12
    if match["few"]:
        minute = 30 + _number(match["few"]) * (1 if match["side"].lower() == "over" else -1)
        return f"{before + 1}.{minute}"
    if match["half"]:
        return f"half past {_ENGLISH[before]}"
    side = match["quarter_side"] or match["minutes_side"]
    minutes = "a quarter" if match["quarter"] else _in_words(_number(match["minutes"]))
    return f"{minutes} {'past' if side.lower() == 'over' else 'to'} {_ENGLISH[hour]}"


def _number(word: str) -> int:
    small = word.lower().replace("één", "een")
    if small.isdigit():
        return int(small)
    return 20 if small == "twintig" else _HOURS.index(small) + 1


def _in_words(minutes: int) -> str:
    return "twenty" if minutes == 20 else _ENGLISH[minutes - 1]
