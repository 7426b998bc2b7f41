"""Scraped HTML → the small, safe HTML that is stored and published."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import nh3
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement

from tweeklank.article import without_tracking

BLOCKS = ("p", "h2", "h3", "h4", "ul", "ol", "blockquote", "table", "figure")
_ALLOWED = {
    *BLOCKS, "li", "thead", "tbody", "tr", "th", "td", "caption", "figcaption", "img",
    "a", "strong", "em", "sub", "sup", "abbr", "br", "span",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href"}, "img": {"src", "alt"}, "th": {"colspan", "rowspan"}, "td": {"colspan", "rowspan"},
    "abbr": {"title"}, "ol": {"start"}, "span": {"lang"}, "p": {"lang"}, "blockquote": {"lang"},
}  # fmt: skip
_RENAMED = {"b": "strong", "i": "em", "h1": "h2", "h5": "h4", "h6": "h4", "cite": "em", "dt": "p", "dd": "p"}
_WITH_CONTENT = {
    "script", "style", "noscript", "template", "iframe", "object", "svg", "math", "form", "button", "select",
    "textarea", "video", "audio", "canvas", "nav", "aside", "footer", "dialog", "head", "title",
}  # fmt: skip
_INLINE = {"a", "strong", "em", "sub", "sup", "abbr", "br", "span", "img"}


def clean_html(html: str, base_url: str) -> str:
    """HTML of allowed elements only, with absolute http(s) addresses, loose text in paragraphs, nothing empty.

    Scripts, styles, forms, comments and event handlers are gone (an allow-list, by nh3); headings
    start at h2; tracking parameters are taken off links.
    """
    soup = BeautifulSoup(html, "lxml")
    for element in soup.find_all(list(_WITH_CONTENT)):
        element.decompose()
    for element in soup.find_all(list(_RENAMED)):
        element.name = _RENAMED[element.name]
    for image in soup.find_all("img"):
        image["src"] = _image_source(image)
    for element, attribute in [(a, "href") for a in soup.find_all("a")] + [(i, "src") for i in soup.find_all("img")]:
        _absolute(element, attribute, base_url)
    safe = nh3.clean(
        str(soup.body or soup), tags=_ALLOWED, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"},
        link_rel=None, strip_comments=True,
    )  # fmt: skip
    return _tidy(safe)


def _image_source(image: Tag) -> str:
    """The real address of a picture that is only loaded when scrolled to."""
    for name in ("data-src", "data-lazy-src", "data-original", "src"):
        value = str(image.get(name, ""))
        if value and not value.startswith("data:"):
            return value
    return ""


def _absolute(element: Tag, attribute: str, base_url: str) -> None:
    value = str(element.get(attribute, "")).strip()
    try:
        if value and not value.startswith(("#", "javascript:")):
            target = urljoin(base_url, value)
            element[attribute] = target if target.startswith("mailto:") else without_tracking(target)
            return
    except ValueError:
        pass
    del element[attribute]


def _tidy(html: str) -> str:
    soup = BeautifulSoup(html, "lxml")
    root = soup.body
    if root is None:
        return ""
    for span in root.find_all("span"):
        if not span.get("lang"):
            span.unwrap()
    for a in root.find_all("a"):
        if not a.get("href"):
            a.unwrap()
    for image in root.find_all("img"):
        if not image.get("src"):
            image.decompose()
    soup.smooth()
    _split_paragraphs(soup, root)
    _remove_empty(root)
    _squeeze(root)
    return "\n".join(str(child) for child in root.children if str(child).strip())


def _split_paragraphs(soup: BeautifulSoup, root: Tag) -> None:
    """Loose text becomes paragraphs; a paragraph with two line breaks in a row becomes two."""
    run: list[PageElement] = []
    for child in [*root.children, None]:
        if child is not None and not (isinstance(child, Tag) and child.name not in _INLINE):
            run.append(child)
            continue
        if any(str(piece).strip() for piece in run):
            paragraph = soup.new_tag("p")
            run[0].insert_before(paragraph)
            for piece in run:
                paragraph.append(piece.extract())
        run.clear()
    for br in root.select("p > br"):
        following = br.next_sibling
        if isinstance(following, NavigableString) and not following.strip():
            following = following.next_sibling
        if isinstance(following, Tag) and following.name == "br":
            _break_paragraph(soup, br)


def _break_paragraph(soup: BeautifulSoup, br: Tag) -> None:
    """Everything after a line break moves to a paragraph of its own."""
    rest = soup.new_tag("p")
    for piece in list(br.next_siblings):
        rest.append(piece.extract())
    if br.parent is not None:
        br.parent.insert_after(rest)
    br.decompose()


def _remove_empty(root: Tag) -> None:
    for element in reversed(root.find_all(True)):
        if element.name in ("br", "img", "td", "th"):
            continue
        if not element.get_text(strip=True) and not element.find("img"):
            element.decompose()
    for paragraph in root.find_all("p"):
        edges = [paragraph.contents[:1], paragraph.contents[-1:]]
        for edge in edges:
            if edge and isinstance(edge[0], Tag) and edge[0].name == "br":
                edge[0].decompose()


def _squeeze(root: Tag) -> None:
    """One space where the source had any white space; none at the edges of blocks."""
    for text in root.find_all(string=True):
        squeezed = re.sub(r"[\s\u00a0]+", " ", str(text))
        previous, following = text.previous_sibling, text.next_sibling
        if not isinstance(text.parent, Tag) or text.parent.name in _INLINE - {"br"}:
            text.replace_with(squeezed)
            continue
        if previous is None or (isinstance(previous, Tag) and previous.name not in _INLINE - {"br"}):
            squeezed = squeezed.lstrip()
        if following is None or (isinstance(following, Tag) and following.name not in _INLINE - {"br"}):
            squeezed = squeezed.rstrip()
        text.replace_with(squeezed)


def plain_text(html: str) -> str:
    """The words of HTML or of text with entities, on one line."""
    return " ".join(BeautifulSoup(html, "lxml").get_text(" ").split())
