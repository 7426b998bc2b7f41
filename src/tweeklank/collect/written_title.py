"""The title of a page that has no headings: the part of its <title> that the page shows, and not the site's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement

from tweeklank.collect.text import class_names, joined, opening, tidy, words
from tweeklank.collect.tree import around, elements, texts

_BETWEEN = re.compile(r"(?<!\s)\s*+[|·•»:]\s+|(?<!\s)\s++[–—-]\s+")
_MOST_PARTS = 8
_LONGEST = 200  # characters of a line of the site's own, or of white space around a title
_FEWEST = 2  # words of a title; one is the name of a part of the site
_LINES = frozenset("p div td th b strong font big span center em i u dt legend section caption".split())  # noqa: SIM905
_ELSEWHERE = (
    "head",
    "nav",
    "footer",
    "a",
    "aside",
    "script",
    "style",
    "noscript",
    "title",
    "option",
    "button",
    "label",
)
_FRONT = ("", "index.html", "index.htm", "index.php", "home", "nl")
_ANY = "https://a.example/"  # the address of a page does not matter to what is its front
_OF_LOGOS = re.compile(r"\b(?:logo|beeldmerk|naar|home|homepage|van)\b", re.IGNORECASE)


def title_part(written: str, soup: BeautifulSoup, site: str, host: str) -> str:
    """The part of what stands in <title> that is the article's; empty if the page does not tell.

    It stands alone in a line of the page, or what stands beside it is the site's: the name that it gives itself
    (``site``), that of its ``host``, or what the page says in its logo or under its text.
    """
    names = {_key(name) for name in (site, *_sites_own(soup))} - {""}

    def is_sites(part: str) -> bool:
        key = _key(part)
        return any(name.endswith(key) for name in names) or key in re.sub(r"[^\w.]", "", host)

    parts = [(part, rest) for part, rest in _parts(written) if len(part.split()) >= _FEWEST and not is_sites(part)]
    shown = [part for part, _ in parts if standing_alone(soup, part) is not None]
    return max(shown, key=len, default="") or next((part for part, rest in parts if is_sites(rest)), "")


def standing_alone(root: Tag, text: str) -> PageElement | None:
    """The first element or line of text that says exactly ``text``, outside menus, links and the like."""
    for node in root.descendants:
        if isinstance(node, Tag):
            same = node.name in _LINES and opening(node, len(text) + 1) == text and words(node) == text
        else:
            same = isinstance(node, NavigableString) and len(node) < len(text) + _LONGEST and tidy(node) == text
        if same and around(node, *_ELSEWHERE) is None and _is_of_text(node):
            return node
    return None


def make_heading(soup: BeautifulSoup, place: PageElement) -> Tag:
    """Marks what stands at a place as the heading that it is."""
    heading = soup.new_tag("h1")
    if isinstance(place, Tag):
        for child in list(place.contents):
            heading.append(child.extract())
        place.append(heading)
    else:
        place.wrap(heading)
    return heading


def _is_of_text(node: PageElement) -> bool:
    """Whether a line is none of the site's header; an article may have a header of its own."""
    header = around(node, "header")
    return header is None or around(header, "article", "main") is not None


def _parts(written: str) -> Iterator[tuple[str, str]]:
    """What a title begins and ends with, from separator to separator, each with the rest of the title."""
    marks = list(_BETWEEN.finditer(written))[: _MOST_PARTS - 1]
    for mark in reversed(marks):
        yield written[: mark.start()], written[mark.end() :]
    for mark in marks:
        yield written[mark.end() :], written[: mark.start()]


def _sites_own(soup: BeautifulSoup) -> Iterator[str]:
    """What the pictures of the site's logo say, and the lines of its footer and those that claim its rights."""
    for picture in elements(soup, "img"):
        alt, link = tidy(str(picture.get("alt", ""))), around(picture, "a")
        target = joined(_ANY, str(link.get("href", ""))) if link is not None else ""
        front = target and urlsplit(target).path.strip("/") in _FRONT
        if front or "logo" in f"{alt} {picture.get('src', '')} {' '.join(class_names(picture))}".lower():
            yield alt
            yield tidy(_OF_LOGOS.sub(" ", alt))
    footers = (string for footer in elements(soup, "footer") for string in texts(footer.descendants))
    claims = (string for string in texts(soup.descendants) if "©" in string[:_LONGEST])
    for string in (*footers, *claims):
        yield from re.split(r"[©|·,–—(]|\b\d{4}\b", tidy(string[:_LONGEST]))


def _key(text: str) -> str:
    return re.sub(r"\W+", "", text).lower()
