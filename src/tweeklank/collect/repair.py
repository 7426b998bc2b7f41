"""A source whose layout changed, mended by what its stored articles prove.

When a configured selector matches nothing any more, the page is read without it. That counts only if
it agrees with what is stored: links that are known, the words of an article that is known.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from tweeklank.article import Article, Rendering, address_key
from tweeklank.collect.discover import DiscoverError, from_listing
from tweeklank.collect.text import PageError, parse, plain_text
from tweeklank.store.links import Found

_NEEDED = ("title", "body")  # parts whose selector must match
_FEWEST = 2  # known links; one may be there by chance
_KNOWN_SHARE = 0.5  # of the links found
_SAME_WORDS = 0.8  # share of the words of the longer text
_SAME_TITLE = 0.6


@dataclass(frozen=True)
class MendedLinks:
    """The links of a listing without the selector that no longer matches, and how many of them are known."""

    found: list[Found]
    known: int


def links_without_selector(html: str, url: str, listing: str, known: set[str]) -> MendedLinks | None:
    """What the generic finder makes of a listing; None unless half of it is ``known`` (see ``address_key``)."""
    try:
        found = from_listing(html, url, listing=listing)
    except DiscoverError:
        return None
    agreeing = sum(address_key(link.url) in known for link in found)
    if agreeing < _FEWEST or agreeing < _KNOWN_SHARE * len(found):
        return None
    return MendedLinks(found, agreeing)


def lost_parts(html: str, select: Mapping[str, str]) -> list[str]:
    """The parts of an article whose selectors match nothing in a page that needs them to."""
    try:
        soup = parse(html)
    except PageError:
        return []
    return [part for part in _NEEDED if select.get(part) and soup.select_one(select[part]) is None]


def without(select: Mapping[str, str], parts: list[str]) -> dict[str, str]:
    return {part: selector for part, selector in select.items() if part not in parts}


def agrees(found: Article, stored: Rendering) -> bool:
    """Whether an article as it is read now has the title and most of the words that are stored."""
    now, before = (plain_text(f"{words.lead} {words.body}") for words in (found, stored))
    return _shared(found.title, stored.title) >= _SAME_TITLE and _shared(now, before) >= _SAME_WORDS


def _shared(a: str, b: str) -> float:
    one, other = (Counter(re.findall(r"\w+", text.lower())) for text in (a, b))
    return (one & other).total() / max(one.total(), other.total(), 1)
