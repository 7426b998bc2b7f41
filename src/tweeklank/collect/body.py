"""Finding the body of an article in a page, and taking out what does not belong to it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import trafilatura
from bs4 import BeautifulSoup, Tag

_ENOUGH = 0.85  # share of the article's characters that its container must hold
_TEXT_ELEMENTS = ["p", "li", "h2", "h3", "h4", "blockquote", "td", "th", "figcaption"]
_SMALLEST = 25  # characters; shorter texts occur all over a page
_FOREIGN = re.compile(
    r"(?:^|[\s_-])(?:share|sharing|social|deel-?deze|delen|related|gerelateerd\w*|lees-?ook|meer-?nieuws|cookie\w*|newsletter"
    r"|nieuwsbrief|breadcrumb\w*|kruimel\w*|tags?|tag-?links|taglist|byline|meta|metadata|postmeta|comments?|reacties|sidebar"
    r"|widget|advert\w*|banner|promo|pager|pagination|author|contact(?:person|persoon)?|toolbar|print|skip|visually-hidden"
    r"|sr-only|screen-reader-text)(?:$|[\s_-])",
    re.IGNORECASE,
)
_FOREIGN_HEADING = re.compile(
    r"^(?:meer nieuws|lees ook|zie ook|gerelateerd\w*( .*)?|meer over dit onderwerp|deel (?:dit|deze) .*|delen|reacties"
    r"|contact|nieuwsbrief|related( .*)?|more news|read more|see also|share( this)?)[:.…]?$",
    re.IGNORECASE,
)
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


def find_body(soup: BeautifulSoup, html: str) -> Tag | None:
    """The smallest element that holds the article's text.

    An extractor (trafilatura) says which texts are the article; the page's own markup around
    them is kept, which the extractor would flatten. ``itemprop="articleBody"`` is believed
    if it holds text.
    """
    marked = soup.select_one("[itemprop=articleBody]")
    if marked and len(marked.get_text(strip=True)) > 200:
        return marked
    extracted = trafilatura.extract(html, include_comments=False, include_tables=True, favor_recall=True) or ""
    wanted = {_key(line.strip(" -|")) for line in extracted.splitlines()}
    texts = [
        element
        for element in soup.find_all(_TEXT_ELEMENTS)
        if _key(element.get_text(" ")) in wanted and len(element.get_text(strip=True)) >= _SMALLEST
    ]
    texts = [element for element in texts if not _in_foreign(element)]
    if not texts:
        return _plain_container(soup)
    return _container(soup, texts)


def _key(text: str) -> str:
    return re.sub(r"\W+", "", text).lower()


def _in_foreign(element: Tag) -> bool:
    return any(_is_foreign(parent) for parent in element.parents if parent.name not in ("body", "html", "[document]"))


def _is_foreign(element: Tag) -> bool:
    if element.name in ("nav", "aside", "footer", "form", "header"):
        return True
    # attrs is None once an element has been taken out of the tree
    classes = " ".join([*(element.get("class") or []), str(element.get("id") or "")])
    hidden = element.has_attr("hidden") or element.get("aria-hidden") == "true"
    return hidden or bool(_FOREIGN.search(classes))


def _container(soup: BeautifulSoup, texts: list[Tag]) -> Tag:
    """From the longest text upwards to the first element that holds nearly all texts."""
    total = sum(len(t.get_text(strip=True)) for t in texts)
    chosen = {id(t) for t in texts}
    longest = max(texts, key=lambda t: len(t.get_text(strip=True)))
    for parent in longest.parents:
        inside = sum(len(t.get_text(strip=True)) for t in parent.find_all(_TEXT_ELEMENTS) if id(t) in chosen)
        if inside >= _ENOUGH * total and parent.name not in ("ul", "ol", "tbody", "tr", "blockquote"):
            return parent
    return soup.body or soup


def _plain_container(soup: BeautifulSoup) -> Tag | None:
    for selector in ("article", "main", "[role=main]"):
        found = soup.select_one(selector)
        if found and len(found.get_text(strip=True)) > 200:
            return found
    return None


def take_out_foreign(body: Tag, title: str) -> None:
    """Removes from a body what a page puts around its articles: everything up to the title, share buttons,
    lists of other articles, forms."""
    heading = body.find("h1")
    if isinstance(heading, Tag):
        for element in list(_before(heading, body)):
            element.decompose()
        heading.decompose()
    for element in body.find_all(True):
        if element.attrs is not None and _is_foreign(element):
            element.decompose()
    for element in body.find_all(["h2", "h3", "h4", "p", "strong"]):
        if element.attrs is None:
            continue
        if element.name != "p" and _FOREIGN_HEADING.match(" ".join(element.get_text().split())):
            _take_out_section(element)
        elif _key(element.get_text()) == _key(title):
            element.decompose()


def _before(heading: Tag, body: Tag) -> Iterator[Tag]:
    """Elements of the body that stand before the heading and do not hold it; pictures stay."""
    around = {id(parent) for parent in heading.parents}
    for element in heading.find_all_previous(True):
        inside_body = any(parent is body for parent in element.parents)
        if inside_body and id(element) not in around and element.name not in ("img", "figure", "figcaption", "picture"):
            yield element


def _take_out_section(heading: Tag) -> None:
    """A heading such as "Lees ook", with the list or the links under it."""
    following = heading.find_next_sibling()
    while isinstance(following, Tag) and following.name in ("ul", "ol", "div", "p"):
        links = sum(len(a.get_text(strip=True)) for a in following.find_all("a"))
        if links < 0.5 * max(1, len(following.get_text(strip=True))):
            break
        done, following = following, following.find_next_sibling()
        done.decompose()
    heading.decompose()
