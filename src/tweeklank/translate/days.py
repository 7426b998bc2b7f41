"""Days of the week and months: each has one name in English, so whether it is there can be seen."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tweeklank.translate.spans import Span

_DAYS = {
    "maandag": "Monday",
    "dinsdag": "Tuesday",
    "woensdag": "Wednesday",
    "donderdag": "Thursday",
    "vrijdag": "Friday",
    "zaterdag": "Saturday",
    "zondag": "Sunday",
}
_PARTS_OF_DAY = {
    "": "",
    "en": "s",
    "ochtend": " morning",
    "morgen": " morning",
    "middag": " afternoon",
    "avond": " evening",
    "nacht": " night",
}
_MONTHS = {
    "januari": "January",
    "februari": "February",
    "maart": "March",
    "april": "April",
    "mei": "May",
    "juni": "June",
    "juli": "July",
    "augustus": "August",
    "september": "September",
    "oktober": "October",
    "november": "November",
    "december": "December",
}
_DAYS_AND_PARTS = {day + part: english + its for day, english in _DAYS.items() for part, its in _PARTS_OF_DAY.items()}
_ENGLISH = _DAYS_AND_PARTS | _MONTHS
_NOT_PART_OF_MORE = r"(?![\w/@-]|\.\w)"
# A capital inside a sentence makes it a name, and May a first name at the start of one: Mei Li, Juli Briskman.
_NAMED = re.compile(
    rf"(?:(?<![\w/@#.-])(?:{'|'.join(_ENGLISH)})"
    rf"|(?:(?<=^)|(?<=^.))(?:{'|'.join(map(str.capitalize, _DAYS_AND_PARTS))}"
    rf"|(?:{'|'.join(map(str.capitalize, _MONTHS))})(?=\s+\d|\W*$|:))){_NOT_PART_OF_MORE}"
)
_NIGHT = re.compile(rf"\bnacht van (?P<day>{'|'.join(_DAYS)}) op (?P<next>{'|'.join(_DAYS)})\b")
_SAID_OTHERWISE = re.compile(r"\bweekdays?\b|\b9/11\b")
_MIDDLE = re.compile(rf"(?<![\w-])(?:half|medio)\s+(?P<month>{'|'.join(_MONTHS)}){_NOT_PART_OF_MORE}", re.IGNORECASE)


def days(dutch: str) -> Iterator[Span]:
    """Start, end and English of the days of the week and the months of a sentence."""
    for match in _NAMED.finditer(dutch):
        yield *match.span(), _ENGLISH[match[0].lower()]


def middles(dutch: str) -> Iterator[Span]:
    """Start, end and English of the middles of months of a sentence: half mei is mid-May."""
    for match in _MIDDLE.finditer(dutch):
        english = f"mid-{_MONTHS[match['month'].lower()]}"
        yield *match.span(), "M" + english[1:] if match[0][0].isupper() else english


def loses_day(dutch: str, english: str) -> bool:
    """Whether a day of the week or a month of the Dutch is not in the English, written out or short.

    The night of Saturday on Sunday is Saturday night, or early Sunday.
    """
    if _SAID_OTHERWISE.search(english):
        return False
    absent = [(start, end) for start, end, name in days(dutch) if not _has(english, name)]
    for night in _NIGHT.finditer(dutch):
        both = {night.span("day"), night.span("next")}
        if not both <= set(absent):
            absent = [place for place in absent if place not in both]
    return bool(absent)


def _has(english: str, name: str) -> bool:
    word = name.split(maxsplit=1)[0].removesuffix("s")
    written = rf"\b(?:{word}s?|{word[:3]}|{word[:4]})\b"
    return re.search(written, english, re.IGNORECASE if english.islower() else 0) is not None
