"""Figures, times, money, quotes and addresses: mends in a translation what a model garbles.

Only what is certain is mended; for the rest there are the checks.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tweeklank.translate.alignment import Aligned
from tweeklank.translate.clock import HOUR, spoken_times
from tweeklank.translate.spans import Span

VERBATIM = re.compile(
    r"(?:https?://|www\.)[^\s<>\"“”]+|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+|(?<![\w/])[@#]\w{2,}"
)
"""What stays as it is in every language: addresses of pages and people, @names and #tags."""

_LOOKS_VERBATIM = re.compile(r"(?<!\S)\S*(?:https?:|www|://|@|#)\S*")
_NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:\.\d{3})+(?:,\d+)?(?![\w]|[.,]\d)|(?<![\w.,])\d+,\d+(?![\w]|[.,]\d)")
_FIGURE = re.compile(r"(?<![\w.,:/-])\d+(?:[.,]\d+)*(?![\w:/-]|[.,]\d)")
_NUMBERED = re.compile(r"(?:artikel|art\.|paragraaf|par\.|hoofdstuk|versie|bijlage|nr\.)\s*$", re.IGNORECASE)
_CLOCK = r"(?:[01]?\d|2[0-4])[.:][0-5]\d"
_AND_TIME = rf"\s*(?:-|–|—|tot|en|t/m)\s*{_CLOCK}\s*uur\b|\s*tot\s+(?:half|kwart\s+(?:voor|over))\s+{HOUR}"
_TIME = re.compile(rf"(?<![\d.,:]){_CLOCK}(?=\s*uur\b|{_AND_TIME})")
_UNIT = r"(?:\s*(?:uur|hours|hrs|h|o['’]clock|[ap]\.?m)\b)"
_HALF_OF_DAY = re.compile(r"(?:ochtends|morgens|middags|avonds|nachts)\b")
_FIRST_WORD = re.compile(r"[^\w@#]*([^\W\d_][^\s:,;]*)")
_OPENING_STRAIGHT = re.compile(r"(?<!\w)'(?=[^\W_]|[€$£])")
_QUOTES = str.maketrans({"„": "“", "‟": "“", "‚": "‘", "‛": "‘"})
_LEFT_IN_DUTCH: list[tuple[re.Pattern[str], str]] = [
    (re.compile(r"€\s+(?=\d)"), "€"),
    (re.compile(r"(?<=\d),(?:-|–|—)(?=[\s.,;:)]|$)"), ""),
    (re.compile(r"(?<=\d)(\s+)(?:mln|miljoen)\b\.?(?=\s|[,;:)]|$)", re.IGNORECASE), r"\1million"),
    (re.compile(r"(?<=\d)(\s+)(?:mld|miljard)\b\.?(?=\s|[,;:)]|$)", re.IGNORECASE), r"\1billion"),
    (re.compile(r"(?<!\S)t/m(?!\S)"), "to"),
    (re.compile(r"\b[Tt]he\s+(?=M[rs] [A-Z])"), ""),
    (re.compile(r"\b([Mm]id-)\s+(?=[A-Z0-9])"), r"\1"),
]
_OF_MONEY = re.compile(
    r"[€$£¥]|\b(?:euro|eurocent|cent|centen|dollars?|pond|ponden|yen|yuan|roepies?|kronen|franken?|pesos?|rand|ton|mille"
    r"|miljoen|miljard|mln|mld|eur|usd|gbp|chf)\b",
    re.IGNORECASE,
)
_SIGN_OF_MONEY = re.compile(r"[€$£¥]\s?(?=\d)")
_PERCENT = {
    "per cent": (re.compile(r"(?<=\d)\s*(?:%|(?<=\s)(?:procent|percent)\b)(?![\w%])"), " per cent"),
    "%": (re.compile(r"(?<=\d)\s*(?:%|(?<=\s)(?:procent|per ?cent)\b)(?![\w%])"), "%"),
}
_NAMED_HOURS = {"12": "12:00", "24": "24:00", "0?0": "00:00"}
_HOUR_OF_12 = re.compile(
    r"(?<![\d.,:])(1[0-2]|0?[1-9])(?:[.:]([0-5]\d))?\s*([ap])\.?m\b(?:\.(?=\s+[a-z]))?", re.IGNORECASE
)


@dataclass(frozen=True)
class Style:
    """How figures are written. ``clock``: 12 (2.30 pm) or 24 (14:30); ``percent``: per cent or %."""

    clock: str = "12"
    percent: str = "per cent"

    @property
    def version(self) -> str:
        """Part of the key of the translation memory: what was written in one style is not what another wants."""
        return f"{self.clock}{self.percent}"


HOUSE_STYLE = Style()


def figures(sentence: str) -> Iterator[Span]:
    """Start, end and English form of the numbers and times of day of a sentence."""
    taken = [match.span() for match in VERBATIM.finditer(sentence)]
    taken += [(start, end) for start, end, _ in spoken_times(sentence)]
    if not _HALF_OF_DAY.search(sentence):
        for time in _TIME.finditer(sentence):
            hour, minute = re.split(r"[.:]", time[0])
            uur = re.compile(r"\s*uur\b").match(sentence, time.end())
            taken.append((time.start(), uur.end() if uur else time.end()))
            yield *taken[-1], clock(int(hour), minute)
    for number in _FIGURE.finditer(sentence):
        if any(start <= number.start() < end for start, end in taken):
            continue
        yield *number.span(), _in_english(sentence, number)


def _in_english(sentence: str, number: re.Match[str]) -> str:
    if not _NUMBER.fullmatch(number[0]) or _NUMBERED.search(sentence, 0, number.start()):
        return number[0]
    return number[0].translate(str.maketrans(".,", ",."))


def repair(source: str, made: Aligned, style: Style = HOUSE_STYLE) -> Aligned:
    """Mends a translation's figures, times, money, quotes, addresses and first letter, and writes them in a style."""
    made = _verbatim(source, made)
    made = replace(made, text=_quotes_of_one_kind(source.translate(_QUOTES), made.text.translate(_QUOTES)))
    made = _opening_quote(source, made)
    made = _times(source, made)
    made = _numbers(source, made)
    if not _OF_MONEY.search(source):
        # 2.200 leden → €2,200 members: a small model has seen more money than members.
        made = _everywhere(made, _SIGN_OF_MONEY, "")
    if style.clock == "24":
        made = _in_24_hours(source, made)
    for pattern, english in [*_LEFT_IN_DUTCH, _PERCENT[style.percent]]:
        made = _everywhere(made, pattern, english)
    return _opening_capital(source, made)


def _everywhere(made: Aligned, pattern: re.Pattern[str], new: str) -> Aligned:
    """Replaces what matches outside of addresses; ``new`` may name groups."""
    # From the end, so that the places before it stay where they are.
    untouchable = [match.span() for match in VERBATIM.finditer(made.text)]
    for match in reversed(list(pattern.finditer(made.text))):
        if not any(start < match.end() and end > match.start() for start, end in untouchable):
            made = made.replaced(*match.span(), match.expand(new))
    return made


def verbatim(text: str) -> list[str]:
    """The addresses, @names and #tags of a text, without punctuation that only follows them."""
    return [match.rstrip(".,;:!?)]’'") for match in VERBATIM.findall(text)]


def _verbatim(source: str, made: Aligned) -> Aligned:
    """Puts a lost address in the place of what looks most like it."""
    for wanted in verbatim(source):
        if wanted in made.text:
            continue
        similar = [
            (difflib.SequenceMatcher(None, wanted, match[0].strip(".,;:!?()[]“”\"'")).ratio(), match)
            for match in _LOOKS_VERBATIM.finditer(made.text)
            if not set(verbatim(match[0])) & set(verbatim(source))
        ]
        likeness, best = max(similar, key=lambda pair: pair[0], default=(0.0, None))
        if best is not None and likeness > 0.6:
            stem = best[0].strip(".,;:!?()[]“”\"'")
            start = best.start() + best[0].index(stem)
            made = made.replaced(start, start + len(stem), wanted)
    return made


def _quotes_of_one_kind(source: str, text: str) -> str:
    """Single quotes throughout where the Dutch has only those: a model opens with ' or ‘ and closes with ’ or ”."""
    if "‘" not in source or not set('“”"').isdisjoint(source):
        return text
    return _OPENING_STRAIGHT.sub("‘", text.translate({ord("“"): "‘", ord("”"): "’"})).replace("'", "’")


def _opening_quote(source: str, made: Aligned) -> Aligned:
    """The „ that opens a sentence, where the model made a dash of it."""
    if source.startswith(("„", "“", "‘", "‚", '"', "'")) and re.match(r"[—–-]\s?\w", made.text):
        return made.replaced(0, 1, "‘" if source[0] in "‘‚'" else "“")
    return made


def _opening_capital(source: str, made: Aligned) -> Aligned:
    """Voorzitter: … → Chair: …; but neither IPhone nor Www.ser.nl."""
    dutch, english = _FIRST_WORD.match(source), _FIRST_WORD.match(made.text)
    if not dutch or not english or not dutch[1][0].isupper() or not english[1].islower():
        return made
    if VERBATIM.match(made.text, english.start(1)):
        return made
    return made.replaced(english.start(1), english.start(1) + 1, english[1][0].upper())


def _numbers(source: str, made: Aligned) -> Aligned:
    """Numbers that were left as they are written in Dutch: 2.200 and 1,9."""
    for match in _NUMBER.finditer(source):
        dutch, english = match[0], _in_english(source, match)
        if re.search(rf"(?<![\w.,]){re.escape(english)}(?![\d])", source):
            continue
        made = _everywhere(made, re.compile(rf"(?<![\w.,]){re.escape(dutch)}(?!\w|[.,]\d)"), english)
    return made


def _times(source: str, made: Aligned) -> Aligned:
    """Times of day: 14.30 uur → 2.30 pm."""
    if _HALF_OF_DAY.search(source):
        return made
    for match in _TIME.finditer(source):
        hour, minute = re.split(r"[.:]", match[0])
        written = rf"[.:,]{'00?' if minute == '00' else minute}(?!\d|[.,:]\d){_UNIT}?"
        if minute == "00" and int(hour) > 12:
            # 15 am can be nothing else; 3 pm may be another time of the sentence.
            written = rf"(?:{written}|\s*[ap]\.?m\b)"
        left = re.compile(rf"(?<![\d.,:])0?{int(hour)}{written}", re.IGNORECASE)
        made = _everywhere(made, left, clock(int(hour), minute))
        made = _wrong_half(source, made, int(hour), minute)
    return made


def _wrong_half(source: str, made: Aligned, hour: int, minute: str) -> Aligned:
    """16.30 uur is not 4.30 am, unless the sentence speaks of 4.30 uur as well."""
    early = hour - 12
    if early < 1 or hour > 23 or re.search(rf"(?<![\d.,:])0?{early}(?:[.:]\d\d)?(?![\d.,:])", source):
        return made
    written = rf"(?<![\d.,:]){early}{'(?:[.:]00)?' if minute == '00' else f'[.:]{minute}'}\s*(?:am\b|a\.m\.)"
    return _everywhere(made, re.compile(written, re.IGNORECASE), clock(hour, minute))


def _in_24_hours(source: str, made: Aligned) -> Aligned:
    """2.30 pm → 14:30; noon and midnight only where the Dutch has them in figures."""
    for match in reversed(list(_HOUR_OF_12.finditer(made.text))):
        hour = int(match[1]) % 12 + (12 if match[3].lower() == "p" else 0)
        made = made.replaced(*match.span(), f"{hour:02}:{match[2] or '00'}")
    for dutch, english in _NAMED_HOURS.items():
        if re.search(rf"(?<![\d.,:]){dutch}[.:]00\s*uur", source):
            made = _everywhere(made, re.compile(r"\b12 noon\b" if dutch == "12" else r"\bmidnight\b"), english)
    return made


def clock(hour: int, minute: str) -> str:
    """A time of day in English: 2.30 pm, 9 am, 12 noon, midnight."""
    if minute == "00" and hour % 12 == 0:
        return "12 noon" if hour == 12 else "midnight"
    half = "pm" if 12 <= hour < 24 else "am"
    shown = (hour - 1) % 12 + 1
    return f"{shown} {half}" if minute == "00" else f"{shown}.{minute} {half}"
