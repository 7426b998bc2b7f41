"""Scraped HTML → the small, safe HTML that is stored and published."""

from __future__ import annotations

import re

import nh3
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement

from tweeklank.collect.text import clean_address, joined, percent_coded, visible

BLOCKS = ("p", "h2", "h3", "h4", "ul", "ol", "blockquote", "table", "figure")
_ALLOWED = {
    *BLOCKS, "li", "thead", "tbody", "tr", "th", "td", "caption", "figcaption", "img",
    "a", "strong", "em", "sub", "sup", "abbr", "br", "span",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href"}, "img": {"src", "alt"}, "th": {"colspan", "rowspan"}, "td": {"colspan", "rowspan"},
    "abbr": {"title"}, "ol": {"start"}, "span": {"lang"}, "p": {"lang"}, "blockquote": {"lang"},
}  # fmt: skip
_RENAMED = {"b": "strong", "i": "em", "h1": "h2", "h5": "h4", "h6": "h4", "cite": "em"}
_WITH_CONTENT = [
    "script", "style", "noscript", "template", "iframe", "object", "svg", "math", "form", "button", "select",
    "textarea", "video", "audio", "canvas", "nav", "aside", "footer", "dialog", "head", "title",
]  # fmt: skip
_INLINE = {"a", "strong", "em", "sub", "sup", "abbr", "br", "span", "img"}
_MARKS = [*(_INLINE - {"br", "img"}), "b", "i", "u", "s", "small", "font", "cite", "mark", "del", "ins", "code", "q"]
_BOXES = [
    "div", "section", "article", "main", "header", "center", "address", "dl", "dt", "dd", "details", "summary",
    "fieldset", "pre", "hgroup", "picture",
]  # fmt: skip
_BLOCK_NAMES = {*BLOCKS, *_BOXES, "h1", "h5", "h6", "li", "tr", "td", "th", "thead", "tbody", "tfoot", "hr"}
_TABLE_PARTS = ["table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption", "colgroup", "col"]
_MOST_ROUNDS = 8
_CELLS = ("li", "td", "th", "figcaption", "caption", "blockquote")


def clean_html(html: str, base_url: str) -> str:
    """HTML of allowed elements only, with absolute http(s) addresses, loose text in paragraphs, nothing empty.

    Scripts, styles, forms, comments and event handlers are gone (an allow-list, by nh3); headings
    start at h2; tracking parameters are taken off links. Cleaning what is clean changes nothing.
    """
    cleaned = _cleaned_once(html, base_url)
    # Taking one thing out can leave another bare, such as a line break at an edge.
    for _ in range(_MOST_ROUNDS):
        again = _cleaned_once(cleaned, base_url)
        if again == cleaned:
            break
        cleaned = again
    return cleaned


def _cleaned_once(html: str, base_url: str) -> str:
    soup = BeautifulSoup(html, "lxml")
    for element in soup.find_all(_WITH_CONTENT):
        element.decompose()
    for quote in soup.find_all("q"):
        quote.insert(0, "“")
        quote.append("”")
    for element in soup.find_all(list(_RENAMED)):
        element.name = _RENAMED[element.name]
    _absolute_addresses(soup, base_url)
    _unwrap_layout_tables(soup)
    _free_the_misplaced(soup)
    _unwrap_boxes(soup)
    safe = nh3.clean(
        str(soup.body or soup), tags=_ALLOWED, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"},
        link_rel=None, strip_comments=True,
    )  # fmt: skip
    return _tidy(safe)


def picture_source(image: Tag) -> str:
    """The real address of a picture, also of one that is only loaded when scrolled to."""
    for name in ("data-src", "data-lazy-src", "data-original", "src", "data-srcset", "srcset"):
        value = str(image.get(name, "")).strip()
        if "srcset" in name:
            value = value.split(",")[-1].strip().partition(" ")[0]
        if value and not value.startswith("data:"):
            return value.partition("#")[0]
    return ""


def _absolute_addresses(soup: BeautifulSoup, base_url: str) -> None:
    for image in soup.find_all("img"):
        source = joined(base_url, picture_source(image))
        if not source or str(image.get("width")) in ("0", "1") or str(image.get("height")) in ("0", "1"):
            image.decompose()
        else:
            image["src"] = source
    for a in soup.find_all("a"):
        written = str(a.get("href", "")).strip()
        if written[:7].lower() == "mailto:":
            a["href"] = percent_coded(written)
            continue
        target = joined(base_url, written) if written and not written.startswith("#") else ""
        if target:
            a["href"] = clean_address(target)
        else:
            del a["href"]


def _unwrap_layout_tables(soup: BeautifulSoup) -> None:
    """A table that only arranges text is taken for what it arranges."""
    for table in reversed(soup.find_all("table")):
        rows = [row.find_all(["td", "th"], recursive=False) for row in table.find_all("tr")]
        columns = max(map(len, rows), default=0)
        arranging = table.get("role") in ("presentation", "none") or table.find("table") is not None
        if arranging or (columns <= 1 and table.find("th") is None):
            for part in [*table.find_all(_TABLE_PARTS), table]:
                part.name = "div"


_HOMES = {
    "li": ("ul", "ol"), "caption": ("table",), "figcaption": ("figure",), "thead": ("table",), "tbody": ("table",),
    "tfoot": ("table",), "tr": ("table", "thead", "tbody", "tfoot"), "td": ("tr",), "th": ("tr",),
}  # fmt: skip


def _free_the_misplaced(soup: BeautifulSoup) -> None:
    """A list item without a list, a cell without a row and the like only group what they hold."""
    for element in soup.find_all(list(_HOMES)):
        if element.parent is not None and element.parent.name not in _HOMES[element.name]:
            element.name = "div"


def _unwrap_boxes(soup: BeautifulSoup) -> None:
    """Replaces elements that only group others, innermost first, by their content, loose text in paragraphs."""
    for mark in reversed(soup.find_all(_MARKS)):
        if any(isinstance(inside, Tag) and inside.name in _BLOCK_NAMES for inside in mark.descendants):
            mark.unwrap()
    for box in reversed(soup.find_all(_BOXES)):
        if _stands_alone(box) and not any(c.name in _BLOCK_NAMES for c in box.find_all(True, recursive=False)):
            box.unwrap()
            continue
        _wrap_loose_text(soup, box)
        box.unwrap()


def _stands_alone(box: Tag) -> bool:
    """Whether a box is all that its list item or cell holds, so that it needs no paragraph of its own."""
    parent = box.parent
    if parent is None or parent.name not in _CELLS:
        return False
    return all(child is box or not str(child).strip() for child in parent.children)


def _tidy(html: str) -> str:
    soup = BeautifulSoup(html, "lxml")
    root = soup.body
    if root is None:
        return ""
    for bare in root.find_all(["span", "a"]):
        if not bare.has_attr("lang" if bare.name == "span" else "href"):
            bare.unwrap()
    for image in root.find_all("img", src=False):
        image.decompose()
    soup.smooth()
    for container in [*root.find_all("blockquote"), root]:
        if container is root or container.find(list(BLOCKS)):
            _wrap_loose_text(soup, container)
    for paragraph in root.find_all("p"):
        _split_at_blank_lines(soup, paragraph)
    _remove_empty(root)
    _squeeze(root)
    return "\n".join(str(child) for child in root.children if str(child).strip())


def _wrap_loose_text(soup: BeautifulSoup, container: Tag) -> None:
    run: list[PageElement] = []
    for child in [*container.children, None]:
        if child is not None and not (isinstance(child, Tag) and child.name in _BLOCK_NAMES):
            run.append(child)
            continue
        if any(isinstance(piece, Tag) or str(piece).strip() for piece in run):
            paragraph = soup.new_tag("p")
            run[0].insert_before(paragraph)
            for piece in run:
                paragraph.append(piece.extract())
        run.clear()


def _split_at_blank_lines(soup: BeautifulSoup, paragraph: Tag) -> None:
    """Two line breaks in a row are how some pages write the end of a paragraph."""
    pieces: list[PageElement] = list(paragraph.children)
    groups: list[list[PageElement]] = [[]]
    breaks: list[PageElement] = []
    for piece in pieces:
        if isinstance(piece, Tag) and piece.name == "br":
            breaks.append(piece)
        elif not (breaks and isinstance(piece, NavigableString) and not piece.strip()):
            groups[-1] += breaks if len(breaks) == 1 and groups[-1] else []
            if len(breaks) > 1:
                groups.append([])
            breaks = []
            groups[-1].append(piece)
    if len(groups) == 1 and len(groups[0]) == len(pieces):
        return
    for piece in pieces:
        piece.extract()
    paragraph.extend(groups[0])
    for group in reversed(groups[1:]):
        rest = soup.new_tag("p")
        rest.extend(group)
        paragraph.insert_after(rest)


def _remove_empty(root: Tag) -> None:
    for element in reversed(root.find_all(True)):
        if element.name in ("br", "img", "td", "th"):
            continue
        if not visible(element.get_text()).strip() and not element.find("img"):
            _remove(element)


def _remove(element: Tag) -> None:
    """Takes out an element without words; the space that it was stays."""
    if element.name in _INLINE and element.get_text():
        element.replace_with(" ")
    else:
        element.decompose()


def _squeeze(root: Tag) -> None:
    """One space where the source had any white space; none at the edges of blocks."""
    root.smooth()
    for text in root.find_all(string=True):
        squeezed = re.sub(r"[\s\u00a0]+", " ", visible(str(text)))
        previous, following = text.previous_sibling, text.next_sibling
        if not isinstance(text.parent, Tag) or text.parent.name in _INLINE - {"br"}:
            _replace(text, squeezed)
            continue
        if previous is None or (isinstance(previous, Tag) and previous.name not in _INLINE - {"br"}):
            squeezed = squeezed.lstrip()
        if following is None or (isinstance(following, Tag) and following.name not in _INLINE - {"br"}):
            squeezed = squeezed.rstrip()
        _replace(text, squeezed)


def _replace(text: NavigableString, squeezed: str) -> None:
    if squeezed != text:
        text.replace_with(squeezed)
