"""Dates as Dutch (and some English) sites write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
"""Where a time without a zone was meant."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari jan january",
            "februari feb february febr",
            "maart mrt march mar maa",
            "april apr",
            "mei may",
            "juni jun june",
            "juli jul july",
            "augustus aug august",
            "september sep sept",
            "oktober okt october oct",
            "november nov",
            "december dec",
        ),
        1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = r"(?P<year>(?:19|20|21)\d\d)"
_FORMS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:e|de|ste|st|nd|rd|th)?\s+(?P<month>{_MONTH})\b\.?,?\s+'?{_YEAR}(?!\d)",
        rf"\b(?P<month>{_MONTH})\b\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}(?!\d)",
        rf"(?<![\d/.-]){_YEAR}(?P<_a>[-/.])(?P<month>\d{{1,2}})(?P=_a)(?P<day>\d{{1,2}})(?!\d)",
        rf"(?<![\d/.-])(?P<day>\d{{1,2}})(?P<_b>[-/.])(?P<month>\d{{1,2}})(?P=_b){_YEAR}(?!\d)",
        r"(?<![\d/.-])(?P<day>\d{1,2})(?P<_c>[-/.])(?P<month>\d{1,2})(?P=_c)(?P<year>\d\d)(?![\d/-]|\.\d)",
        rf"(?<!\d)(?P<day>\d{{1,2}})\s+(?P<month>{_MONTH})\b\.?,?\s+['’](?P<year>\d\d)(?!\d)",
    )
]
_TIME = re.compile(
    r"^[^\d]{0,15}(?P<hour>[01]?\d|2[0-3])"
    r"(?:[.:u](?P<minute>[0-5]\d)(?:[.:][0-5]\d(?:\.\d+)?)?(?![\d/-]|\.\d)(?:\s*(?P<half>[ap])\.?m)?|\s+uur\b)",
    re.IGNORECASE,
)
_CENTURY_ENDS = 70  # two digits from here on are of the last century, as in POSIX
_LONGEST = 400  # characters; a date stands at the beginning of what is handed in or not at all


def parse_date(text: str) -> datetime | None:
    """The first date in ``text``, aware; with its time if one follows, else midnight in Amsterdam.

    Understands ISO 8601, RFC 5322, ``18 juni 2024``, ``18-06-2024``, ``18 jun. 2024 | 14.30 uur``
    and their English cousins. None if there is no date, or an impossible one.
    """
    text = " ".join(text[: 4 * _LONGEST].split())[:_LONGEST]
    return _iso(text) or _mail(text) or _written(text)


def without_date(text: str) -> str:
    """What a line says apart from its first date and time."""
    for form in _FORMS:
        match = form.search(text)
        if match:
            time = _TIME.match(text[match.end() :])
            return text[: match.start()] + text[match.end() + (time.end() if time else 0) :]
    return text


def _iso(text: str) -> datetime | None:
    if not re.match(r"\d{4}-\d\d-\d\d", text):
        return None
    try:
        return in_zone(datetime.fromisoformat(text))
    except ValueError:
        return None


def _mail(text: str) -> datetime | None:
    """RFC 5322, section 3.3, as RSS uses it."""
    if not re.match(r"(?:[A-Z][a-z]{2},\s)?\d{1,2}\s[A-Z][a-z]{2}\s\d{4}\s\d\d:\d\d", text):
        return None
    try:
        return in_zone(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _written(text: str) -> datetime | None:
    for form in _FORMS:
        for match in form.finditer(text):
            month = match["month"].lower()
            year = int(match["year"])
            if len(match["year"]) == 2:
                year += 1900 if year >= _CENTURY_ENDS else 2000
            hour, minute = _time_after(text[match.end() : match.end() + 40])
            try:
                return datetime(
                    year, _MONTHS.get(month) or int(month), int(match["day"]), hour, minute, tzinfo=AMSTERDAM
                )
            except ValueError:
                continue
    return None


def _time_after(rest: str) -> tuple[int, int]:
    match = _TIME.match(rest)
    if not match:
        return 0, 0
    hour, half = int(match["hour"]), (match["half"] or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour, int(match["minute"] or 0)


def in_zone(moment: datetime) -> datetime:
    """An aware time: one without a zone was meant in Amsterdam. ValueError outside the years 1970 to 2200."""
    moment = moment if moment.tzinfo else moment.replace(tzinfo=AMSTERDAM)
    if not 1970 < moment.year < 2200:
        raise ValueError(moment)
    return moment.astimezone(UTC)
