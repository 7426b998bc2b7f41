"""The small lines around a title: who wrote an article, and when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from bs4 import Tag

from tweeklank.collect.dates import parse_date, without_date
from tweeklank.collect.text import class_names, opening, words
from tweeklank.collect.tree import elements_after

_LONGEST = 100  # characters; more is text
_LONGEST_ROW = 160  # of several parts with marks between them
_BETWEEN = re.compile(r"[·|•—]\s*|(?<!\s)\s++[–-]\s+")
_WRITTEN_BY = re.compile(
    r"(?:.*\b)?(?i:door|tekst|auteur|geschreven door|by|interview)(?:\s*:\s*|\s+)(?P<name>[A-ZÀ-Ý][^|·•,:;(]{2,60}?)"
    r"(?=\s+(?:op|in|voor)\s|\s*[,(|·•]|\s+\d|$)"
)
_ROW_CLASS = re.compile(
    r"(?:^|[-_])(?:meta|by|byline|author|auteur|sub|info)(?:$|[-_])|[a-z](?:Meta|Byline|Author)", re.IGNORECASE
)
_SMALL = frozenset("van de den der het ten ter te von mr dr ir drs prof en".split())  # noqa: SIM905


def byline_author(heading: Tag | None, body: Tag | None) -> str:
    """The name in a line between title and text such as "Door Jan Bos op 3 mei 2024" or "Jan Bos | 3 mei 2024"."""
    for element in _lines(heading, body):
        match = _WRITTEN_BY.match(words(element))
        if match and _is_person(match["name"]):
            return match["name"]
    for element in _lines(heading, body):
        if any(map(_ROW_CLASS.search, class_names(element))):
            names = [part for part in _parts(element) if _is_person(part)]
            if names and parse_date(words(element)):
                return ", ".join(names)
    return ""


def _lines(heading: Tag | None, body: Tag | None) -> Iterator[Tag]:
    """Short elements after the title, up to the second that is clearly text: the first may be the lead."""
    texts = 0
    for element in islice(elements_after(heading), 25) if heading is not None else ():
        text = opening(element, _LONGEST_ROW)
        texts += element.name == "p" and len(text) > _LONGEST and element is not body
        if texts > 1 or element.name in ("h2", "h3"):
            return
        if 3 <= len(text) <= _LONGEST and element.name not in (
            "script",
            "style",
            "figcaption",
            "img",
            "button",
            "form",
        ):
            yield element


def _parts(element: Tag) -> list[str]:
    return [
        part for text in element.get_text("|").split("|") for part in map(str.strip, re.split("[·|•,]", text)) if part
    ]


def _is_person(text: str) -> bool:
    """Whether a text is two to five words that can be a person's or a desk's name."""
    parts = re.findall(r"[\w'’-]+", text)
    capitals = sum(part[0].isupper() for part in parts)
    return (
        ":" not in text
        and 2 <= len(parts) <= 5
        and capitals >= 2
        and all(p[0].isupper() or p.lower() in _SMALL for p in parts)
    )


def is_small_line(line: str) -> bool:
    """Whether a line only tells a date or who wrote the article."""
    match = _WRITTEN_BY.fullmatch(line)
    return is_date_line(line) or (match is not None and _is_person(match["name"]))


def is_date_line(line: str) -> bool:
    """Whether a line only tells a date: "Geplaatst op 18 juni 2024 door de redactie", but no sentence."""
    if not line or not parse_date(line) or re.search(r"[.!?]\s*$", line):
        return False
    if len(line) >= (_LONGEST_ROW if _BETWEEN.search(line) else _LONGEST):
        return False
    rest, before = without_date(line), line
    while rest != before:
        rest, before = without_date(rest), rest
    most = 12 if len(_BETWEEN.split(line)) > 2 else 6
    return len(re.findall(r"[^\W\d_]+", rest)) <= most and not re.search(r"[.!?]\s*$", rest)
