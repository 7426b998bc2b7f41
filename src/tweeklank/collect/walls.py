"""Pages that stand in front of an article, or instead of one: cookie walls, subscribers' walls, lists of files."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Tag

from tweeklank.collect.text import class_names, opening, words
from tweeklank.collect.tree import around, elements, holds, marked

_CONSENT = re.compile(
    r"\b(?:cookies?|cookie\w+|toestemming\w*|persoonsgegevens|partners|privacy\w*|akkoord|accepteren|voorkeuren|advertenties"
    r"|apparaat|consent|personal data)\b",
    re.IGNORECASE,
)
_MOST_CONSENT = 0.06  # share of a text's words; an article about privacy has a third of it
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|zip|odt)(?:$|[?#])", re.IGNORECASE)
_MEMBERS = re.compile(
    r"(?:dit|het (?:hele|volledige)) (?:artikel|bericht|stuk|verhaal)\b"
    r".{0,200}\b(?:alleen|uitsluitend|exclusief|enkel) .{0,200}\b(?:abonnees|leden)\b"
    r"|(?:alleen|uitsluitend|exclusief) (?:toegankelijk |beschikbaar )?(?:voor|met) "
    r".{0,200}\b(?:abonnees|leden|abonnement|lidmaatschap)\b"
    r"|\b(?:log|meld je|meld u) (?:in|aan)\b.{0,200}\b(?:lezen|lees)\b"
    r"|\b(?:word|neem) .{0,200}\b(?:lid|abonnee|abonnement)\b.{0,200}\b(?:lezen|lees)\b"
    r"|this (?:article|story) is .{0,200}\b(?:subscribers|members)\b"
    r"|\b(?:log in|sign in|subscribe) to (?:read|continue)",
    re.IGNORECASE,
)
_LOGIN = re.compile(r"inlog|login|abonn|subscri|lid-?worden", re.IGNORECASE)
_WALL_CLASS = re.compile(
    r"(?:^|[-_])(?:paywall|premium|subscribe|subscription|abonnee|abonnement|leden-?(?:login|muur|content)|login-?wall"
    r"|members-?only|betaalmuur)(?:$|[-_])",
    re.IGNORECASE,
)
_LONGEST_WALL = 900  # characters; more holds the article too
_LONGEST_SENTENCE = 200
_BLOCKS = ("p", "div", "h2", "h3", "h4", "ul", "form", "section")


def is_consent(text: str) -> bool:
    """Whether a text is mostly about consent to cookies."""
    count = len(re.findall(r"\w+", text))
    said = len(_CONSENT.findall(text))
    return said >= 4 and said >= _MOST_CONSENT * count


def is_list_of_files(body: Tag) -> bool:
    """Whether most of a body's words name files to download."""
    held = [around(link, "li", "tr", "p") or link for link in elements(body, "a") if _leads_to(link, _FILE)]
    holders = list({id(e): e for e in held}.values())
    return len(holders) >= 3 and sum(len(words(e)) for e in holders) > 0.6 * len(words(body))


def take_out_wall(soup: BeautifulSoup, body: Tag | None) -> str:
    """Removes the box that asks to log in or to subscribe; gives the sentence in it that says so, nothing without one.

    A teaser is published as such: the publisher's own sentence, put at its end, tells that there is more, and the
    offers around it go. An article may mention members too: the box must have a form or a link to log in, or call
    itself a wall.
    """
    asked = any(_MEMBERS.search(string) for string in soup.stripped_strings)
    for element in elements(soup, "p", "h2", "h3", "h4", "strong", "span", "div") if asked else ():
        text = opening(element, _LONGEST_SENTENCE + 1) if not holds(element, *_BLOCKS) else ""
        if 10 <= len(text) <= _LONGEST_SENTENCE and _MEMBERS.search(text):
            box = _box(element)
            if box is not None and box is not body:
                box.decompose()
                return text
    return ""


def _box(element: Tag) -> Tag | None:
    """The smallest element around a sentence that asks, with what holds nothing but it."""
    for box in [element, *element.parents]:
        if (
            box.name in ("body", "main", "article", "nav", "header", "footer", "aside")
            or len(words(box)) > _LONGEST_WALL
        ):
            return None
        if _asks(box):
            return _with_nothing_else(box)
    return None


def _with_nothing_else(box: Tag) -> Tag:
    """The outermost element that holds the same words."""
    while box.parent is not None and words(box.parent) == words(box):
        box = box.parent
    return box


def _asks(box: Tag) -> bool:
    if next(marked(box, "type", "password", "input"), None) or any(map(_WALL_CLASS.search, class_names(box))):
        return True
    return box.name != "p" and any(_leads_to(link, _LOGIN) for link in elements(box, "a"))


def _leads_to(link: Tag, target: re.Pattern[str]) -> bool:
    return target.search(str(link.get("href", ""))) is not None
