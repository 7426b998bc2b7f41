"""Words out of elements and addresses out of attributes, however they are written."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from urllib.parse import parse_qsl, urljoin, urlsplit

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, Tag

from tweeklank.article import TweeklankError, without_login, without_tracking
from tweeklank.collect.fragment import fragment_text
from tweeklank.collect.tree import elements
from tweeklank.config import is_web_address

# Soft hyphens, zero-width spaces, direction marks, byte order marks, halves of surrogate pairs, controls.
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff\ud800-\udfff\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")


_MOST_MARKUP = 20_000  # "<" in a page; the largest covenant site has 4,000
_DEEPEST = 300  # elements in each other
_WORDLESS = re.compile(r"<(?:!--|(?:style|svg)\b)", re.IGNORECASE)
_ENDS = {
    name: re.compile(end, re.IGNORECASE)
    for name, end in {"<!--": "-->", "<style": r"</style\s*>", "<svg": r"</svg\s*>"}.items()
}
LONGEST_URL = 2000  # characters
_NOT_IN_ADDRESSES = re.compile(r"[\x00-\x20\x7f\"<>`\\]")


_WHOLE_PAGE = re.compile(r"<(?:html|body)\b", re.IGNORECASE)
_OPENED = re.compile(r"<(?:main|article|section|div)\b", re.IGNORECASE)
_CLOSED = re.compile(r"</(?:main|article|section|div)\b", re.IGNORECASE)
_THE_END = re.compile(r"</(?:body|html)\b", re.IGNORECASE)


# A text such as "a.xml" is meant as text here.
warnings.filterwarnings("ignore", category=MarkupResemblesLocatorWarning)


class PageError(TweeklankError):
    """A page of which nothing can be made. One clause, without the address."""


def parse(html: str) -> BeautifulSoup:
    """The elements of a page. Raises PageError for half a page, and for one that would take minutes to read."""
    html = _without_wordless(html)
    if _is_cut_short(html):
        raise PageError("breaks off in the middle")
    if html.count("<") > _MOST_MARKUP:
        raise PageError(f"has more than {_MOST_MARKUP // 2} elements")
    soup = BeautifulSoup(html, "lxml")
    if _depth(soup) > _DEEPEST:
        raise PageError(f"nests elements more than {_DEEPEST} deep")
    return soup


def _is_cut_short(html: str) -> bool:
    """Whether a page lacks its end, as one does whose Content-Length is too small.

    The end tags of body and html may be left out, and those of main, article, section and div
    may not (HTML, section 13.1.2.4): a page without any of the former that still has one of
    the latter to come was longer once. A page that breaks off within a tag was, too.
    """
    if _THE_END.search(html) or not _WHOLE_PAGE.search(html):
        return False
    return html.rfind("<") > html.rfind(">") or len(_OPENED.findall(html)) > len(_CLOSED.findall(html))


def _without_wordless(html: str) -> str:
    """The page without comments, styles and drawings that end; one look at each character, however often they begin."""
    kept, position, endless = [], 0, set()
    for beginning in _WORDLESS.finditer(html):
        name = beginning[0].lower()
        if beginning.start() < position or name in endless:
            continue
        end = _ENDS[name].search(html, beginning.end())
        if end is None:
            endless.add(name)
            continue
        kept += [html[position : beginning.start()], " "]
        position = end.end()
    return "".join([*kept, html[position:]])


def _depth(soup: BeautifulSoup) -> int:
    deepest = 0
    waiting: list[tuple[Tag, int]] = [(soup, 0)]
    while waiting:
        element, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting.extend((child, depth + 1) for child in element.contents if isinstance(child, Tag))
    return deepest


def tidy(text: str) -> str:
    """The text on one line, without what is not seen."""
    return " ".join(_INVISIBLE.sub("", text).split())


def visible(text: str) -> str:
    return _INVISIBLE.sub("", text)


def words(element: Tag) -> str:
    return tidy(element.get_text(" "))


def linked_length(element: Tag) -> int:
    """Characters of an element's words that are links."""
    return sum(len(words(link)) for link in elements(element, "a"))


def opening(element: Tag, most: int) -> str:
    """The first ``most`` characters of an element, or a little more, without reading all of a huge one."""
    parts, length = [], 0
    for part in element.strings:
        parts.append(part)
        length += len(part)
        if length >= most:
            break
    return tidy(" ".join(parts))


def plain_text(html: str) -> str:
    """The words of HTML or of text with entities, on one line."""
    return tidy(fragment_text(html)) if "<" in html or "&" in html else tidy(html)


def joined(base: str, address: str) -> str:
    """The absolute web address that a page at ``base`` means, without name and password; nothing if it means none."""
    address = address.strip()
    if not address or len(address) > LONGEST_URL:
        return ""
    try:
        target = urljoin(base, address)
    except ValueError:
        return ""
    if not is_web_address(target) or _NOT_IN_ADDRESSES.search(urlsplit(target).netloc):
        return ""
    return percent_coded(without_login(target))


def percent_coded(address: str) -> str:
    """The address without characters that end it in HTML, whoever reads that; browsers write them in this way too."""
    return _NOT_IN_ADDRESSES.sub(lambda match: f"%{ord(match[0]):02X}", address)


def clean_address(url: str) -> str:
    """The address without tracking parameters; untouched, with its fragment, if it has none."""
    bare = without_tracking(url)
    parts = urlsplit(url)
    if len(parse_qsl(urlsplit(bare).query, keep_blank_values=True)) == len(
        parse_qsl(parts.query, keep_blank_values=True)
    ):
        return url
    return f"{bare}#{parts.fragment}" if parts.fragment else bare


def page_base(soup: BeautifulSoup, url: str) -> str:
    """What relative addresses on a page are relative to."""
    base = soup.find("base", href=True)
    return joined(url, str(base["href"])) or url if isinstance(base, Tag) else url


def class_names(element: Tag) -> Iterable[str]:
    """Classes and id of an element; none once it has been taken out of its page."""
    if element.attrs is None:
        return ()
    names = str(element.get("id") or ""), *map(str, element.get_attribute_list("class"))
    return [name for name in names if name]
