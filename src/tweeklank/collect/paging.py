"""From a page of a listing to the next one: older news."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from bs4 import Tag

from tweeklank.article import address_key, same_host
from tweeklank.collect.text import class_names, joined, page_base, parse, tidy, words

_MOST_LINKS = 5000
_LONGEST_LABEL = 40  # characters
_FORWARD = re.compile(
    r"(?:ga naar )?(?:de )?(?:volgende?|next)(?: pagina| page)?|(?:naar )?ouder(?:e (?:berichten|nieuws|artikelen))?"
    r"|(?:toon|laad|bekijk|lees)? ?meer(?: (?:nieuws|berichten|artikelen|resultaten|items|laden|tonen))?"
    r"|(?:toon|laad) (?:volgende|oudere)(?: \w+)?|older(?: posts)?|(?:load|show|view) more(?: \w+)?|more news",
    re.IGNORECASE,
)
_ARROWS = re.compile(r"[\s›»→>⟩]+|(?:&gt;)+")
_PAGER = re.compile(r"pager|pagination|paginering|pagenav|page-numbers|nav-links", re.IGNORECASE)
_MORE = re.compile(
    r"(?:load|laad|toon|show)[-_]?(?:more|meer)|infinite|meer[-_]?(?:nieuws|laden|berichten)", re.IGNORECASE
)
_ADDRESS_DATA = ("data-next-url", "data-next", "data-next-page", "data-more-url", "data-load-more", "data-url",
                 "data-href", "data-src", "hx-get")  # fmt: skip
_NUMBERED = re.compile(r"/(?:(?:page|pagina|paged)[/-]?\d+|p[/-]?\d{1,2})/?$", re.IGNORECASE)
_PAGE_KEY = re.compile(r"(?:.*[_-])?(?:page|pagina|paged|p|offset|start|from|skip|pagenumber|cursor)\d*", re.IGNORECASE)


def next_page(html: str, url: str, number: int) -> str:
    """The address of page ``number`` of a listing, as the page before it, at ``url``, names it; nothing if it does not.

    Looked for in this order: rel=next, a link that says so ("Volgende", "Meer nieuws"), the number in a
    pager, and what a button for more loads.
    """
    soup = parse(html)
    base = page_base(soup, url)
    anchors = soup.find_all("a", href=True, limit=_MOST_LINKS)
    stated = (*soup.select("link[rel~=next][href]"), *(a for a in anchors if "next" in a.get_attribute_list("rel")))
    ways: tuple[Iterator[Any], ...] = (
        (element["href"] for element in stated),
        (a["href"] for a in anchors if _says_forward(a)),
        (a["href"] for a in anchors if words(a) == str(number) and _in_pager(a)),
        _loaded(soup.find_all(True, limit=4 * _MOST_LINKS)),
    )
    for way in ways:
        for address in way:
            target = joined(base, str(address))
            if target and _continues(target, url):
                return target
    return ""


def articles_in(text: str, media_type: str) -> str:
    """The HTML that a button for more loads: as it is, or out of the texts of a JSON answer."""
    if "json" not in media_type:
        return text
    try:
        waiting = [json.loads(text)]
    except (ValueError, RecursionError):
        return ""
    found = []
    while waiting:
        item = waiting.pop(0)
        if isinstance(item, str) and "<a" in item:
            found.append(item)
        elif isinstance(item, list | dict):
            waiting.extend(item.values() if isinstance(item, dict) else item)
    return "\n".join(found)


def is_page_of_listing(url: str) -> bool:
    """Whether an address ends like a further page of a listing: /nieuws/page/2."""
    return bool(_NUMBERED.search(urlsplit(url).path))


def _says_forward(a: Tag) -> bool:
    labels = (words(a), tidy(str(a.get("aria-label", ""))), tidy(str(a.get("title", ""))))
    if any(len(label) <= _LONGEST_LABEL and _FORWARD.fullmatch(label.strip(" ›»→>.…")) for label in labels):
        return True
    return _ARROWS.fullmatch(labels[0]) is not None and _in_pager(a)


def _in_pager(a: Tag) -> bool:
    return any(_PAGER.search(name) for element in (a, *list(a.parents)[:4]) for name in class_names(element))


def _loaded(elements: list[Tag]) -> Iterator[object]:
    for element in elements:
        named = any(_MORE.search(name) for name in class_names(element))
        if named or (element.name in ("button", "a") and _says_forward(element)):
            yield from (element[name] for name in _ADDRESS_DATA if element.get(name))


def _continues(target: str, url: str) -> bool:
    """Whether an address may be a further page of the listing at ``url``: on its site, not itself, and of its
    folder or with another page number in its query. "Meer nieuws" may lead to a listing of its own."""
    if not same_host(target, url) or address_key(target) == address_key(url):
        return False
    path, here = (_NUMBERED.sub("", urlsplit(place).path).rstrip("/") for place in (target, url))
    if path == here:
        return True
    return any(_PAGE_KEY.fullmatch(key) for key, _ in parse_qsl(urlsplit(target).query)) or is_page_of_listing(target)
