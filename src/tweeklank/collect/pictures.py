"""The picture of an article: which one it is, and what stands under it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePosixPath
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from bs4 import BeautifulSoup, Tag

from tweeklank.article import Image
from tweeklank.collect.body import is_foreign
from tweeklank.collect.credits import attributed, read_caption, split_credit
from tweeklank.collect.linked_data import Metas, described_pictures, meta, text_of
from tweeklank.collect.sanitise import picture_source
from tweeklank.collect.text import class_names, joined, page_base, parse, tidy, words
from tweeklank.collect.tree import around, elements, elements_after, elements_before, first, holds, texts

_LONGEST_BOX = 300  # characters around a picture; more is no longer its caption
_CAPTION_CLASS = re.compile(
    r"(?:^|[-_])(?:captions?|onderschrift|fotoonderschrift|bijschrift|fotobijschrift|legend|im(?:g|age)-?text|credits?"
    r"|copyright|fotograaf|photographer|fotobron|image-?source)(?:$|[-_])"
    r"|[a-z](?:Caption|Credit)",
    re.IGNORECASE,
)
_OF_THE_SITE = re.compile(
    r"(?:^|[-_.])(?:logo\w*|wordmark|beeldmerk|wapen|default|standaard|placeholder|fallback|shar(?:e|ing)|social|og|open-?graph"
    r"|favicon|icon|icoon|avatar|blank|spacer|pixel)(?:$|[-_.\d])|logo",
    re.IGNORECASE,
)
_OF_THE_THEME = re.compile(r"/(?:themes?|templates?)/", re.IGNORECASE)
_TYPES = {
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif",
    ".webp": "image/webp", ".svg": "image/svg+xml", ".avif": "image/avif",
}  # fmt: skip


class Reading(Protocol):
    """A page that is being read, as far as its pictures go."""

    soup: BeautifulSoup
    data: dict[str, Any]
    metas: Metas
    heading: Tag | None
    body: Tag | None

    def address(self, written: object) -> str: ...


@dataclass(frozen=True)
class _Seen:
    """A picture on a page, its address, and its name without a size."""

    element: Tag
    url: str
    name: str


def find_image(page: Reading, chosen: Tag | None) -> Image | None:
    """The chosen picture, else the announced one, else the first one shown; none that belongs to the site itself."""
    addresses = ((img, _source(page, img)) for img in elements(page.soup, "img"))
    seen = [_Seen(img, address, _name(address)) for img, address in addresses]
    url = _source(page, chosen) if chosen is not None else _best(page, seen)
    if not url:
        return None
    shown = next((picture.element for picture in _same(seen, url)), None)
    alt, _ = split_credit(str(shown.get("alt", "")) if shown else meta(page.metas, "og:image:alt"))
    caption, credit = _told(page, shown, url)
    suffix = PurePosixPath(urlsplit(_original(url)).path).suffix.lower()
    return Image(url, alt, caption, credit, _TYPES.get(suffix, "image/jpeg"))


def shows_picture(html: str, url: str, picture: str) -> bool:
    """Whether a page at ``url`` shows a picture beside its menus. Raises PageError for a page that cannot be read."""
    soup = parse(html)
    base = page_base(soup, url)
    shown = (img for img in elements(soup, "img") if same_picture(joined(base, picture_source(img)), picture))
    return any(around(img, "nav", "footer") is None for img in shown)


def _source(page: Reading, element: Tag) -> str:
    picture = element if element.name in ("img", "meta") else first(element, "img")
    if not isinstance(picture, Tag):
        return ""
    return page.address(picture_source(picture) or picture.get("content", ""))


def _same(seen: list[_Seen], url: str) -> list[_Seen]:
    name = _name(url)
    return [picture for picture in seen if name and picture.name == name]


def _best(page: Reading, seen: list[_Seen]) -> str:
    """What the article's own data name; what meta elements name if the page shows it, or shows nothing else."""
    named = page.address(text_of(page.data.get("image"), "url", "contentUrl"))
    if named and not _is_of_the_site(seen, named):
        return named
    shown = next(_shown(page, seen), "")
    announced = page.address(meta(page.metas, "og:image:secure_url", "og:image", "twitter:image"))
    if announced and not _is_of_the_site(seen, announced) and (not shown or _same(seen, announced)):
        return announced
    return shown


def _is_of_the_site(seen: list[_Seen], url: str) -> bool:
    """Whether a picture belongs to the site and not to the article: its name says so, or its header shows it."""
    path = PurePosixPath(urlsplit(_original(url)).path)
    if _OF_THE_SITE.search(path.stem) or _OF_THE_THEME.search(str(path)):
        return True
    same = (picture.element for picture in _same(seen, url))
    return any(around(img, "header", "nav", "footer") and not around(img, "article") for img in same)


def _shown(page: Reading, seen: list[_Seen]) -> Iterator[str]:
    """The pictures between title and body, those of the body, and those above the title."""
    for picture in _near(page):
        url = _source(page, picture)
        if url and not (_is_icon(picture) or _leads_away(picture) or is_aside(picture) or _is_of_the_site(seen, url)):
            yield url


def _near(page: Reading) -> Iterator[Tag]:
    heading, body = page.heading, page.body
    if heading is not None and body is not None:
        for element in elements_after(heading, "img", body.name):
            if element is body:
                break
            if element.name == "img":
                yield element
    if body is not None:
        yield from elements(body, "img")
    article = around(heading, "article", "main") if heading is not None else None
    for element in elements_before(heading, "img") if heading is not None and article is not None else ():
        if any(parent is article for parent in element.parents):
            yield element


def _is_icon(picture: Tag) -> bool:
    return any(re.fullmatch(r"[0-9]{1,2}", str(picture.get(side, ""))) for side in ("width", "height"))


def _leads_away(picture: Tag) -> bool:
    """Whether a picture is a link to another page, and not to itself in large."""
    link = next((parent for parent in picture.parents if parent.name == "a" and parent.has_attr("href")), None)
    return link is not None and PurePosixPath(urlsplit(str(link["href"])).path).suffix.lower() not in _TYPES


def is_aside(element: Tag) -> bool:
    """Whether an element stands in a part of the page that is not the article; its own header is."""
    parents = [element, *element.parents]
    return any(e.name == "li" or (e.name != "header" and is_foreign(e)) for e in parents)


def _original(url: str) -> str:
    """The picture behind a resizing service that names it in its query, as Next.js does."""
    return next(iter(parse_qs(urlsplit(url).query).get("url", [])), url)


def same_picture(a: str, b: str) -> bool:
    """Whether two addresses show one picture, perhaps in two sizes."""
    return _name(a) == _name(b) != ""


def _name(url: str) -> str:
    """The file's name without the size in it."""
    name = PurePosixPath(urlsplit(_original(url)).path).stem.lower()
    return re.sub(r"[-_](?:\d+x\d+|scaled|large|medium|small|thumb(?:nail)?)$", "", name)


def _told(page: Reading, shown: Tag | None, url: str) -> tuple[str, str]:
    """Caption and credit: what stands under the picture, then its attributes, then the page's data, then the byline."""
    caption, credit = "", ""
    if shown is not None:
        for written in captions(shown):
            text, name = read_caption(written)
            caption, credit = caption or text, credit or name
        title, named = split_credit(str(shown.get("title", "")))
        caption = caption or (title if named else "")
        credit = credit or attributed(shown) or named or split_credit(str(shown.get("alt", "")))[1]
    described = next((d for d in described_pictures(page.soup, page.data) if _is_of(page, d, url)), {})
    text, named = split_credit(text_of(described.get("caption")))
    credit = credit or named or _credited(described)
    if shown is not None and text == tidy(str(shown.get("alt", ""))):
        text = ""  # WordPress announces the description for the blind as the caption
    return caption or text, credit or _byline_credit(page)


def _is_of(page: Reading, described: dict[str, Any], url: str) -> bool:
    return same_picture(page.address(text_of(described, "contentUrl", "url")), url)


def _credited(described: dict[str, Any]) -> str:
    for key in ("creditText", "copyrightNotice", "copyrightHolder", "creator", "author"):
        text = text_of(described.get(key), "name")
        if text:
            return split_credit(text)[1] or text
    return ""


def _byline_credit(page: Reading) -> str:
    """A line near the title such as "3-5-2024 · Tekst Jan Bos · Foto Els Kuip"."""
    for string in islice(texts(page.heading.next_elements), 15) if page.heading else ():
        for part in re.split("[·|•]", tidy(string[:200])):
            caption, credit = split_credit(part)
            if credit and not caption:
                return credit
    return ""


def captions(picture: Tag, root: Tag | None = None) -> list[Tag]:
    """The elements that hold what is written under a picture, within ``root``."""
    box = frame(picture, root)
    if box is not None:
        return [first(box, "figcaption") or box]
    for level in [picture, *list(picture.parents)[:3]]:
        if level is root or level.name in _WHOLE:
            break
        found = [e for e in level.find_next_siblings(limit=2) if isinstance(e, Tag) and _is_caption(e)]
        if found:
            return found
    return []


def _is_caption(element: Tag) -> bool:
    return any(map(_CAPTION_CLASS.search, class_names(element))) and 0 < len(words(element)) < _LONGEST_BOX


def frame(picture: Tag, root: Tag | None = None) -> Tag | None:
    """The element that holds one picture and little text: a figure, or a box with a caption."""
    figure = around(picture, "figure")
    if figure is not None:
        return figure
    found = None
    for parent in list(picture.parents)[:5]:
        if parent is root or parent.name in _WHOLE or len(words(parent)) >= _LONGEST_BOX or not _is_frame(parent):
            break
        if words(parent):
            found = parent
    return found


_WHOLE = ("body", "main", "article", "html", "[document]")


def _is_frame(element: Tag) -> bool:
    """Whether an element has one picture, no part of a text, and calls itself or something in it after a picture."""
    if len(elements(element, "img")) != 1 or holds(element, "h1", "h2", "h3", "form", "ul"):
        return False
    if element.name in ("table", "tbody", "tr", "td", "a", "picture"):
        return True
    return any(map(_PICTURE_CLASS.search, (name for e in [element, *elements(element)] for name in class_names(e))))


_PICTURE_CLASS = re.compile(r"caption|image|img|afbeelding|foto|beeld|figure|media|picture|schrift", re.IGNORECASE)
