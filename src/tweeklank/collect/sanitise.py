"""Scraped HTML → the small, safe HTML that is stored and published."""

from __future__ import annotations

import re
from typing import Protocol

import nh3

from tweeklank.collect.fragment import Element, read_body, take_out, unwrap, write_fragment
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
_RUNNING = _INLINE - {"br"}  # text goes on beside these
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
    body = read_body(html)
    if body is None:
        return ""
    for element in list(body.iter(*_WITH_CONTENT)):
        take_out(element)
    for quote in body.iter("q"):
        _put_in_quotes(quote)
    for element in list(body.iter(*_RENAMED)):
        element.tag = _RENAMED[element.tag]
    _absolute_addresses(body, base_url)
    _unwrap_layout_tables(body)
    _free_the_misplaced(body)
    _unwrap_boxes(body)
    safe = nh3.clean(
        write_fragment(body), tags=_ALLOWED, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"},
        link_rel=None, strip_comments=True,
    )  # fmt: skip
    return _tidy(safe)


class _Attributes(Protocol):
    def get(self, name: str, default: str, /) -> object: ...


def picture_source(image: _Attributes) -> str:
    """The real address of a picture, also of one that is only loaded when scrolled to."""
    for name in ("data-src", "data-lazy-src", "data-original", "src", "data-srcset", "srcset"):
        value = str(image.get(name, "")).strip()
        if "srcset" in name:
            value = value.split(",")[-1].strip().partition(" ")[0]
        if value and not value.startswith("data:"):
            return value.partition("#")[0]
    return ""


def _put_in_quotes(element: Element) -> None:
    element.text = f"“{element.text or ''}"
    if len(element):
        element[-1].tail = f"{element[-1].tail or ''}”"
    else:
        element.text += "”"


def _absolute_addresses(body: Element, base_url: str) -> None:
    for image in list(body.iter("img")):
        source = joined(base_url, picture_source(image))
        if not source or image.get("width") in ("0", "1") or image.get("height") in ("0", "1"):
            take_out(image)
        else:
            image.set("src", source)
    for a in body.iter("a"):
        written = a.get("href", "").strip()
        if written[:7].lower() == "mailto:":
            a.set("href", percent_coded(written))
            continue
        target = joined(base_url, written) if written and not written.startswith("#") else ""
        if target:
            a.set("href", clean_address(target))
        else:
            a.attrib.pop("href", None)


def _unwrap_layout_tables(body: Element) -> None:
    """A table that only arranges text is taken for what it arranges."""
    for table in reversed(list(body.iter("table"))):
        columns = max((len([cell for cell in row if cell.tag in ("td", "th")]) for row in table.iter("tr")), default=0)
        arranging = table.get("role") in ("presentation", "none") or _holds(table, "table")
        if arranging or (columns <= 1 and not _holds(table, "th")):
            for part in list(table.iter(*_TABLE_PARTS)):
                part.tag = "div"


_HOMES = {
    "li": ("ul", "ol"), "caption": ("table",), "figcaption": ("figure",), "thead": ("table",), "tbody": ("table",),
    "tfoot": ("table",), "tr": ("table", "thead", "tbody", "tfoot"), "td": ("tr",), "th": ("tr",),
}  # fmt: skip


def _free_the_misplaced(body: Element) -> None:
    """A list item without a list, a cell without a row and the like only group what they hold."""
    for element in list(body.iter(*_HOMES)):
        if element.getparent().tag not in _HOMES[element.tag]:
            element.tag = "div"


def _unwrap_boxes(body: Element) -> None:
    """Replaces elements that only group others, innermost first, by their content, loose text in paragraphs."""
    for mark in reversed(list(body.iter(*_MARKS))):
        if _holds(mark, *_BLOCK_NAMES):
            unwrap(mark)
    for box in reversed(list(body.iter(*_BOXES))):
        if not _stands_alone(box) or any(child.tag in _BLOCK_NAMES for child in box):
            _wrap_loose_text(box)
        unwrap(box)


def _holds(element: Element, *names: str) -> bool:
    return next(element.iterdescendants(*names), None) is not None


def _stands_alone(box: Element) -> bool:
    """Whether a box is all that its list item or cell holds, so that it needs no paragraph of its own."""
    parent = box.getparent()
    return parent.tag in _CELLS and len(parent) == 1 and _is_blank(parent.text) and _is_blank(box.tail)


def _is_blank(text: str | None) -> bool:
    return not text or text.isspace()


def _tidy(html: str) -> str:
    root = read_body(html)
    if root is None:
        return ""
    for bare in list(root.iter("span", "a")):
        if bare.get("lang" if bare.tag == "span" else "href") is None:
            unwrap(bare)
    for image in list(root.iter("img")):
        if image.get("src") is None:
            take_out(image)
    for container in [*root.iter("blockquote"), root]:
        if container is root or _holds(container, *BLOCKS):
            _wrap_loose_text(container)
    for paragraph in list(root.iter("p")):
        _split_at_blank_lines(paragraph)
    _remove_empty(root)
    _squeeze(root)
    return "\n".join(map(write_fragment, root))


def _wrap_loose_text(container: Element) -> None:
    block, run = None, []
    for child in [*container, None]:
        if child is not None and child.tag not in _BLOCK_NAMES:
            run.append(child)
            continue
        text = container.text if block is None else block.tail
        if run or not _is_blank(text):
            _wrap(container, block, text, run)
        block, run = child, []


def _wrap(container: Element, block: Element | None, text: str | None, run: list[Element]) -> None:
    """Puts the text and the elements that follow a block, or begin the container, in a paragraph."""
    paragraph = container.makeelement("p")
    if block is None:
        container.text = None
        container.insert(0, paragraph)
    else:
        block.tail = None
        block.addnext(paragraph)
    _fill(paragraph, [text or "", *(piece for element in run for piece in (element, element.tail or ""))])


def _fill(paragraph: Element, pieces: list[Element | str]) -> None:
    """Makes elements and texts the content of a paragraph."""
    paragraph.text, last = None, None
    for piece in pieces:
        if not isinstance(piece, str):
            paragraph.append(piece)
            piece.tail, last = None, piece
        elif last is None:
            paragraph.text = (paragraph.text or "") + piece
        else:
            last.tail = (last.tail or "") + piece


def _split_at_blank_lines(paragraph: Element) -> None:
    """Two line breaks in a row are how some pages write the end of a paragraph."""
    pieces = [paragraph.text, *(piece for child in paragraph for piece in (child, child.tail))]
    pieces = [piece for piece in pieces if piece is not None]
    groups: list[list[Element | str]] = [[]]
    breaks: list[Element | str] = []
    for piece in pieces:
        if not isinstance(piece, str) and piece.tag == "br":
            breaks.append(piece)
        elif not (breaks and isinstance(piece, str) and _is_blank(piece)):
            groups[-1] += breaks if len(breaks) == 1 and groups[-1] else []
            if len(breaks) > 1:
                groups.append([])
            breaks = []
            groups[-1].append(piece)
    if len(groups) == 1 and len(groups[0]) == len(pieces):
        return
    for child in list(paragraph):
        paragraph.remove(child)
    _fill(paragraph, groups[0])
    for group in reversed(groups[1:]):
        rest = paragraph.makeelement("p")
        paragraph.addnext(rest)
        _fill(rest, group)


def _remove_empty(root: Element) -> None:
    for element in reversed(list(root.iterdescendants())):
        if element.tag in ("br", "img", "td", "th"):
            continue
        if _is_blank(visible("".join(element.itertext()))) and not _holds(element, "img"):
            _remove(element)


def _remove(element: Element) -> None:
    """Takes out an element without words; the space that it was stays."""
    if element.tag in _INLINE and "".join(element.itertext()):
        element.tail = f" {element.tail or ''}"
    take_out(element)


def _squeeze(root: Element) -> None:
    """One space where the source had any white space; none at the edges of blocks."""
    for element in root.iter():
        if element.text:
            element.text = _squeezed(element.text, element, None, next(iter(element), None))
        for child in element:
            if child.tail:
                child.tail = _squeezed(child.tail, element, child, child.getnext())


def _squeezed(text: str, parent: Element, previous: Element | None, following: Element | None) -> str:
    text = re.sub(r"[\s\u00a0]+", " ", visible(text))
    if parent.tag in _INLINE:
        return text
    if previous is None or previous.tag not in _RUNNING:
        text = text.lstrip()
    if following is None or following.tag not in _RUNNING:
        text = text.rstrip()
    return text
