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
_ENGLISH = {day + part: english + its for day, english in _DAYS.items() for part, its in _PARTS_OF_DAY.items()}
_ENGLISH |= _MONTHS
_SMALL = "|".join(_ENGLISH)
_CAPITALISED = "|".join(map(str.capitalize, _ENGLISH))
# A capital inside a sentence makes it a name: Juli Briskman, Goede Vrijdag.
_NAMED = re.compile(rf"(?:(?<![\w/@#.-])(?:{_SMALL})|(?:(?<=^)|(?<=^.))(?:{_CAPITALISED}))(?![\w/@-])")
_MIDDLE = re.compile(rf"(?<![\w-])(?:half|medio)\s+(?P<month>{'|'.join(_MONTHS)})(?![\w/@-])", re.IGNORECASE)
_BEGINNING = 3  # letters that tell days and months apart: Sunday, Sun., on Sundays


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
    """Whether a day of the week or a month of the Dutch is not in the English, written out or short."""
    return any(not re.search(rf"\b{name[:_BEGINNING]}", english, re.IGNORECASE) for _, _, name in days(dutch))
