"""Signs on a page: its feeds, what it calls itself, what its list of articles looks like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from tweeklank.article import address_key, same_host
from tweeklank.collect.evidence import described
from tweeklank.collect.linked_data import article_data, meta, read_metas
from tweeklank.collect.text import joined, page_base, tidy, words
from tweeklank.store.links import Found

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml")
_USUAL_FEEDS = ("feed/", "rss.xml", "rss", "atom.xml")
USUAL = "usual feed address"
_COMMENTS = re.compile(r"comment|reactie", re.IGNORECASE)
_GENERIC = re.compile(
    r"(?:home(?:page)?|(?:laatste |al het |ons |meer )?nieuws(?:berichten|overzicht|archief)?"
    r"|actueel|actualiteiten|berichten|(?:alle )?(?:nieuws|pers)berichten|news"
    r"|blog|overzicht|archief|updates|(?:rss[ -]?)?feed|rss)",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"(?<!\s)\s++[|–—·»:-]\s+")


def looks_like_feed(body: bytes) -> bool:
    """Whether an answer may be a feed; the parser of feeds finds something in many a page."""
    start = body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<?xml", b"<rss", b"<feed", b"<rdf")) and b"<html" not in start


def named_feeds(soup: BeautifulSoup, url: str) -> Iterator[tuple[str, str]]:
    """The feeds that a page names, those in its head first; not those of comments."""
    base = page_base(soup, url)
    links = [*soup.find_all("link", rel="alternate", type=_FEED_TYPES, href=True), *_feed_anchors(soup)]
    for link in links:
        target = joined(base, str(link["href"]))
        if target and same_host(target, url) and not _COMMENTS.search(f"{target} {link.get('title', '')}"):
            yield f"feed in the page's {'head' if link.name == 'link' else 'links'}", target


def _feed_anchors(soup: BeautifulSoup) -> Iterator[Tag]:
    for a in soup.find_all("a", href=True):
        path = urlsplit(joined("https://a.example/", str(a["href"]))).path.rstrip("/").lower()
        if path.endswith(("/feed", "/rss", "/atom", ".rss", "/rss.xml", "/feed.xml", "/atom.xml")):
            yield a


def usual_feeds(url: str) -> Iterator[tuple[str, str]]:
    folder = urljoin(url, urlsplit(url).path.rstrip("/") + "/")
    for target in (
        urljoin(folder, "feed/"),
        urljoin(folder, "rss.xml"),
        *(urljoin(url, f"/{n}") for n in _USUAL_FEEDS),
    ):
        yield USUAL, target


def look_of(soup: BeautifulSoup, url: str, found: list[Found]) -> str:
    """What the links of a listing have in common: their folder and the element around the first of them."""
    folders = {urlsplit(link.url).path.rstrip("/").rpartition("/")[0] + "/" for link in found}
    common = f"their addresses begin with {folders.pop()}" if len(folders) == 1 else f"in {len(folders)} folders"
    base, first = page_base(soup, url), address_key(found[0].url)
    for a in soup.find_all("a", href=True):
        target = joined(base, str(a["href"]))
        if target and address_key(target) == first:
            around = a.find_parent(["article", "li", "tr", "div", "section"])
            return f"{common}, each in {described(around)}" if around else common
    return common


def title_of(soup: BeautifulSoup) -> str:
    """What the site, or this part of it, calls itself: not "Nieuws"."""
    site = meta(read_metas(soup), "og:site_name")
    heading = soup.find("h1")
    written = tidy(soup.title.get_text()) if soup.title else ""
    said = [site, *reversed(_SEPARATOR.split(written)), words(heading) if isinstance(heading, Tag) else ""]
    return next((text for text in said if text and not _GENERIC.fullmatch(text)), "")[:80]


def is_article(soup: BeautifulSoup) -> bool:
    """Whether a page tells machines that it is one article; in og:type many a list says so too."""
    return bool(article_data(soup))


def dated_or_filed(found: list[Found], url: str) -> bool:
    """Whether at least half of the links have a date, or an address below that of the page that shows them."""
    folder = urlsplit(url).path.rstrip("/") + "/"
    below = [link for link in found if folder != "/" and urlsplit(link.url).path.startswith(folder)]
    return max(sum(link.dated is not None for link in found), len(below)) >= 0.5 * len(found)


_NEWS_PAGE = re.compile(
    r"(?:(?:laatste|al het|ons|meer) )?nieuws|actueel|actualiteiten|(?:pers|nieuws)?berichten|blog", re.IGNORECASE
)


def news_pages_of(soup: BeautifulSoup, url: str) -> list[str]:
    """Pages of the same site that a menu calls its news."""
    base = page_base(soup, url)
    anchors = (a for a in soup.find_all("a", href=True) if _NEWS_PAGE.fullmatch(words(a)))
    targets = (joined(base, str(a["href"])) for a in anchors)
    near = (t for t in targets if t and same_host(t, url) and address_key(t) != address_key(url))
    return list(dict.fromkeys(near))
