"""Finding the body of an article in a page, and taking out what does not belong to it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import trafilatura
from bs4 import BeautifulSoup, Tag
from trafilatura.settings import Extractor

from tweeklank.collect.text import class_names, words
from tweeklank.collect.tree import around, elements, elements_after, elements_before, first, holds, marked, texts

_ENOUGH = 0.85  # share of the article's characters that its container must hold
_TOO_MUCH = 0.4  # share of the characters that nothing foreign can hold, whatever its class says
_TEXT_ELEMENTS = ("p", "li", "h2", "h3", "h4", "blockquote", "td", "th", "figcaption", "div")
_FEWEST = 0.25  # share of the extracted characters below which the text must be loose, between line breaks
_SMALLEST = 25  # characters; shorter texts occur all over a page
# Words that mark an element as foreign wherever they stand in a class or id ...
_FOREIGN_ANYWHERE = re.compile(
    r"(?:^|[-_])(?:shares?|sharing|sharebar|sharedaddy|socials?|deel-?deze|deel-?dit|delen"
    r"|cta|call-?to-?action|donate|doneer|donatie|petition|petitie|sign-?up|aanmelden|lid-?worden|ledenblok|boilerplate"
    r"|related|relatedposts|gerelateerd\w*|lees-?ook|lees-?verder|meer-?nieuws|more-?news|newsletter|nieuwsbrief"
    r"|breadcrumbs?|kruimelpad|bookmark|cookie\w*|byline|comments|reacties|advert\w*|pager|pagination|paginering"
    r"|sr-?only|visually-?hidden|screen-?reader-?text|skip-?links?)(?:$|[-_])",
    re.IGNORECASE,
)
# ... and those that also occur in the classes of what holds the article, as elementor-widget and tag-koffie do.
_FOREIGN_ALONE = re.compile(
    r"(?:post|entry|article|artikel|node|page|item)?[-_]*(?:tags?|tags?-links|tag-?list|tag-?cloud|meta|meta-?data"
    r"|author|author-?(?:box|info|bio)|contact|contact-?(?:info|box|block|card|person|persoon)|sidebar|side-?bar"
    r"|ads?|ad-?slot|people|persons|medewerkers|widget|widget-?area|banner|promo|print|toolbar|comment-?(?:form|respond)|respond|navigation|menu)",
    re.IGNORECASE,
)
_OTHERS = (
    r"(?:(?:meer|ander|overig|recent|laatste|gerelateerd) nieuws|(?:meer|recente|laatste|andere|overige|gerelateerde)"
    r" (?:(?:pers)?berichten|artikelen|verhalen)(?: van .*)?|more (?:news|stories)|reacties|meest gelezen)"
)
_END = re.compile(
    _OTHERS + r"|noot (?:voor|aan) (?:de )?redacties?\b.*|notes? (?:to|for) editors?\b.*|beeldmateriaal|perscontact"
    r"|voor de pers|betrokken (?:medewerkers|onderzoekers)|ontvang updates.*",
    re.IGNORECASE,
)
"""A heading with which an article is over."""
_FOREIGN_HEADING = re.compile(
    r"(?:" + _OTHERS + r"|advertentie"
    r"|lees (?:ook|verder|meer)|zie ook|read more|see also|gerelateerd\w*( .*)?|related( .*)?|meer over dit onderwerp"
    r"|deel(?: (?:dit|deze) .*| via| op)?|dit delen|delen(?: via| op)?|share(?: this.*)?"
    r"|reacties|contact|nieuwsbrief|schrijf je in.*|meld je aan voor .*nieuwsbrief)[:.…]?",
    re.IGNORECASE,
)
_FOREIGN_LINE = re.compile(r"(?:lees|bekijk|zie) ook\b|read also\b|see also\b|deel (?:dit|deze)\b", re.IGNORECASE)
_GENEROUS = Extractor(comments=False, tables=True, recall=True)
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


def find_body(soup: BeautifulSoup, html: str) -> Tag | None:
    """The smallest element that holds the article's text.

    An extractor (trafilatura) says which texts are the article; the page's own markup around
    them is kept, which the extractor would flatten. ``itemprop="articleBody"`` is believed
    if it holds text.
    """
    named = next(marked(soup, "itemprop", "articleBody"), None)
    if named and len(named.get_text(strip=True)) > 200:
        return named
    extracted = trafilatura.extract(html, options=_GENEROUS) or ""
    wanted = {_key(line.strip(" -|")) for line in extracted.splitlines()}
    foreign = _foreign_elements(soup)
    texts = [
        element
        for element in elements(soup, *_TEXT_ELEMENTS)
        if not (element.name == "div" and holds(element, *_TEXT_ELEMENTS))
        and len(text := element.get_text(" ")) >= _SMALLEST
        and _key(text) in wanted
        and not any(id(parent) in foreign for parent in element.parents)
    ]
    texts = _up_to_end(soup, texts)
    if sum(len(text.get_text()) for text in texts) < _FEWEST * len(extracted):
        texts = _holders_of_loose_text(soup, wanted, foreign) or texts
    return _container(soup, texts) if texts else _plain_container(soup)


def _up_to_end(soup: BeautifulSoup, texts: list[Tag]) -> list[Tag]:
    """The texts before the first heading that says that the article is over."""
    ends = {id(h) for h in elements(soup, "h2", "h3", "h4") if _END.fullmatch(words(h).rstrip(":.…"))}
    order = {id(t): t for t in texts}
    kept: list[Tag] = []
    length = 0
    for element in elements(soup) if ends else ():
        if id(element) in ends and length >= _ENOUGH_BEFORE_END:
            return kept
        if id(element) in order:
            kept.append(element)
            length += len(element.get_text())
    return texts


_ENOUGH_BEFORE_END = 200  # characters


def _holders_of_loose_text(soup: BeautifulSoup, wanted: set[str], foreign: set[int]) -> list[Tag]:
    """The elements that hold the wanted texts between line breaks, as pages without paragraphs do."""
    long = {key for key in wanted if len(key) >= _SMALLEST}
    holders = {
        id(string.parent): string.parent
        for string in texts(soup.descendants)
        if isinstance(string.parent, Tag)
        and len(key := _key(string)) >= _SMALLEST
        and any(key in line for line in long)
        and not any(id(parent) in foreign for parent in string.parents)
    }
    return list(holders.values())


def _key(text: str) -> str:
    return re.sub(r"\W+", "", text).lower()


def is_foreign(element: Tag) -> bool:
    """Whether an element says of itself that it is no part of the article."""
    if element.name in ("nav", "aside", "footer", "form", "header", "dialog"):
        return True
    if element.attrs is None or element.name in ("html", "body", "main", "article"):
        return False
    hidden = element.has_attr("hidden") or element.get("aria-hidden") == "true"
    return hidden or any(_FOREIGN_ANYWHERE.search(n) or _FOREIGN_ALONE.fullmatch(n) for n in class_names(element))


def _foreign_elements(root: Tag) -> set[int]:
    """The foreign elements of a page or body, by id(); none of them holds most of its text."""
    most = _TOO_MUCH * _paragraph_length(root)
    return {id(e) for e in elements(root) if is_foreign(e) and (_paragraph_length(e) <= most or e.name == "nav")}


def _paragraph_length(element: Tag) -> int:
    return sum(len(p.get_text(strip=True)) for p in elements(element, "p"))


def _container(soup: BeautifulSoup, texts: list[Tag]) -> Tag:
    """From the longest text upwards to the first element that holds nearly all texts."""
    lengths = {id(t): len(t.get_text(strip=True)) for t in texts}
    inside: dict[int, int] = {}
    for text in texts:
        for parent in text.parents:
            inside[id(parent)] = inside.get(id(parent), 0) + lengths[id(text)]
    longest = max(texts, key=lambda t: lengths[id(t)])
    for parent in longest.parents:
        if inside[id(parent)] >= _ENOUGH * sum(lengths.values()) and parent.name not in _PARTS:
            return parent
    return soup.body or soup


_PARTS = ("ul", "ol", "tbody", "tr", "blockquote")


def _plain_container(soup: BeautifulSoup) -> Tag | None:
    for found in (first(soup, "article"), first(soup, "main"), next(marked(soup, "role", "main"), None)):
        if found and len(found.get_text(strip=True)) > 200:
            return found
    return None


def take_out_foreign(body: Tag, title: str) -> None:
    """Removes from a body what a page puts around its articles: everything up to the title, share buttons,
    lists of other articles, forms."""
    heading = next((h for h in elements(body, "h1", "h2") if _key(h.get_text()) == _key(title)), None)
    if heading is not None:
        for element in list(_before(heading, body)):
            element.decompose()
        heading.decompose()
    foreign = _foreign_elements(body)
    for element in [e for e in elements(body) if id(e) in foreign]:
        element.decompose()
    _take_out_offers(body)
    _take_out_end(body)
    for element in elements(body, "h2", "h3", "h4", "p", "strong", "span"):
        if element.attrs is None:
            continue
        text = words(element)
        if element.name != "p" and _FOREIGN_HEADING.fullmatch(text):
            _take_out_section(element, body)
        elif _key(text) == _key(title) or (element.name == "p" and _FOREIGN_LINE.match(text) and _is_links(element)):
            element.decompose()


def _take_out_end(body: Tag) -> None:
    """A heading that ends the article, and what follows it."""
    for heading in elements(body, "h2", "h3", "h4"):
        if heading.attrs is not None and _END.fullmatch(words(heading).rstrip(":.…")):
            before = sum(len(p.get_text()) for p in elements_before(heading, "p") if any(x is body for x in p.parents))
            if before >= _ENOUGH_BEFORE_END:
                for following in [e for e in elements_after(heading) if any(x is body for x in e.parents)]:
                    following.decompose()
                heading.decompose()
                return


_BUTTON = re.compile(r"(?:^|[-_])(?:btn|button|knop|donate|cta)(?:$|[-_\d])", re.IGNORECASE)
_LONGEST_OFFER = 250  # characters
_LONGEST_LABEL = 30  # characters beside topics, such as "Trefwoorden:"


def _take_out_offers(body: Tag) -> None:
    """A link that looks like a button, with the heading and the line or two that lead up to it; lists of labels."""
    for link in elements(body, "a"):
        if link.attrs is None:
            continue
        if any(map(_BUTTON.search, class_names(link))):
            box = next((p for p in link.parents if p.name in ("div", "section", "aside") or p is body), body)
            offer = box is not body and len(words(box)) <= _LONGEST_OFFER
            (box if offer else link).decompose()
        elif "tag" in link.get_attribute_list("rel"):
            labels = link.parent or body
            rest = len(words(labels)) - sum(len(words(a)) for a in marked(labels, "rel", "tag", "a"))
            (labels if labels is not body and rest <= _LONGEST_LABEL else link).decompose()


def _before(heading: Tag, body: Tag) -> Iterator[Tag]:
    """Elements of the body that stand before the heading and do not hold it; pictures stay."""
    parents = {id(parent) for parent in heading.parents}
    for element in elements(body):
        if element is heading:
            return
        kept = element.name in ("figure", "figcaption", "picture") or holds(element, "figure") or _is_large(element)
        if id(element) not in parents and not kept and around(element, "figure") is None:
            yield element


def _is_large(element: Tag) -> bool:
    """Whether an element is or holds a picture of the article: no logo, no icon."""
    pictures = [element] if element.name == "img" else elements(element, "img")
    return any(
        "logo" not in str(img.get("src", "")).lower() and not re.fullmatch(r"[0-9]{1,2}", str(img.get("width", "")))
        for img in pictures
    )


def _take_out_section(heading: Tag, body: Tag) -> None:
    """A heading such as "Lees ook", with the list or the links under it; one with text under it stays."""
    top = heading
    while top.parent is not None and top.parent is not body and _is_all_of(top, top.parent):
        top = top.parent
    following, taken = top.find_next_sibling(), False
    while isinstance(following, Tag) and following.name in ("ul", "ol", "div", "p", "section") and _is_links(following):
        done, following, taken = following, following.find_next_sibling(), True
        done.decompose()
    rest = following if isinstance(following, Tag) and following.name in ("p", "div", "ul", "ol") else None
    if taken or rest is None:
        top.decompose()


def _is_all_of(element: Tag, parent: Tag) -> bool:
    return all(child is element or not str(child).strip() for child in parent.contents[:5]) and len(parent.contents) < 5


def _is_links(element: Tag) -> bool:
    """Whether most of an element's words are links."""
    linked = sum(len(a.get_text(strip=True)) for a in elements(element, "a"))
    return linked >= 0.5 * max(1, len(element.get_text(strip=True)))
