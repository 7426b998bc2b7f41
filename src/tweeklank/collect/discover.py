"""From a listing page, a feed or a sitemap to the addresses of articles."""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import zlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, ParseError

import feedparser
from bs4 import BeautifulSoup, Tag
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from tweeklank.article import address_key, same_host, without_tracking
from tweeklank.collect.dates import parse_date
from tweeklank.collect.encoding import decode
from tweeklank.collect.itemlist import listed_articles
from tweeklank.collect.paging import is_page_of_listing
from tweeklank.collect.text import PageError, joined, opening, page_base, parse, plain_text, tidy
from tweeklank.store.links import Found

MOST_LINKS = 2000
MOST_XML = 20_000_000  # bytes; the sitemap protocol allows 50 MB, which would fill the memory of small machines
_MOST_ANCHORS = 20_000
_LONGEST_TEASER = 2000  # characters
_LONGEST_TITLE = 300
_MANY = 5
_HEADINGS = ["h2", "h3", "h4", "h5"]
_NEWS_WORDS = re.compile(
    r"/(?:nieuws[\w-]*|actueel|actualiteiten|berichten|persberichten|pers|news|blog|artikelen|updates)(?=/)",
    re.IGNORECASE,
)
_FILES = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|zip|jpe?g|png|gif|svg|webp|mp[34]|ics|css|js|xml|json)$", re.IGNORECASE
)
_ASIDE = (
    "nav, footer, aside, form, [role=navigation], [class*=breadcrumb], [class*=cookie], [class*=pager], "
    "[class*=pagination], [class*=share]"
)
_RELATIVE = re.compile(
    r"\b(?:\d+|een) (?:seconden?|minuten|minuut|uur|uren|dag(?:en)?|week|weken) geleden\b"
    r"|\b(?:vandaag|gisteren|zojuist)\b",
    re.IGNORECASE,
)


_XML_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]*>")
_PROLOG = re.compile(r"(?:\s|<!--.*?-->|<\?.*?\?>)*", re.DOTALL)
_OWN_ENTITIES = re.compile(r"<!DOCTYPE[^>\[]*\[", re.IGNORECASE)


class DiscoverError(PageError):
    """A listing, feed or sitemap in which no articles can be found. One clause, without the address."""


def _stamp(*shown: object) -> str:
    """A name for what is shown of an article; "3 uur geleden" does not count, for it changes by itself."""
    text = " ".join(_RELATIVE.sub("", " ".join(map(str, shown))).split())
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def from_listing(html: str, url: str, article_links: str = "", listing: str = "") -> list[Found]:
    """The articles that a listing page links to, in its order.

    ``article_links`` is a CSS selector of the links, or of elements that hold one; without it the
    largest family of links that look like news is taken, else what the page lists for machines.
    ``listing`` is the address of the first page if this is a further one. Raises DiscoverError if
    there is none.
    """
    soup = parse(html)
    base_url = page_base(soup, url)
    if article_links:
        links = _chosen_links(soup, base_url, article_links)
    else:
        links = _likely_links(soup, base_url, listing or url)
    links = [link for link in links if link.key not in (address_key(url), address_key(listing or url))][:MOST_LINKS]
    if not links and not article_links and (listed := _listed_for_machines(soup, base_url)):
        return listed
    if not links and article_links:
        raise DiscoverError(f"no link matches article_links = {article_links!r}; has the page's layout changed?")
    if not links:
        raise DiscoverError("no links to articles recognised; name them with article_links")
    teasers = _teasers(links)
    found: dict[str, Found] = {}
    for link in links:
        if link.key not in found:
            teaser = teasers[id(link.a)]
            text = opening(teaser, _LONGEST_TEASER)
            found[link.key] = Found(link.url, _stamp(text), _headline(teaser, link.a), _date_in(teaser, text))
    return list(found.values())


def _listed_for_machines(soup: BeautifulSoup, base_url: str) -> list[Found]:
    items = ((joined(base_url, item.url), item) for item in listed_articles(soup))
    found = {address_key(url): Found(url, _stamp(item.name, item.dated), item.name, parse_date(item.dated))
             for url, item in items if url}  # fmt: skip
    return list(found.values())[:MOST_LINKS]


def _headline(teaser: Tag, a: Tag) -> str:
    """What a teaser calls its article: its heading, else the words of the link."""
    heading = a.find(_HEADINGS) or (None if teaser is a else teaser.find(_HEADINGS))
    if isinstance(heading, Tag) and (said := opening(heading, _LONGEST_TITLE)):
        return said
    same = teaser.find_all("a", href=str(a["href"])) if a.get("href") else []
    linked = (opening(other, _LONGEST_TITLE) for other in (a, *same))
    return next(filter(None, linked), "") or tidy(str(a.get("title") or a.get("aria-label") or ""))


def _date_in(teaser: Tag, text: str) -> datetime | None:
    time = teaser.find("time", datetime=True)
    return (parse_date(str(time["datetime"])) if isinstance(time, Tag) else None) or parse_date(text)


@dataclass(frozen=True)
class _Link:
    a: Tag
    url: str
    key: str


def _link(a: Tag, base_url: str) -> _Link | None:
    """A link to a web page, or None: mail, files, addresses that are none."""
    target = joined(base_url, str(a.get("href", "")))
    if not target or _FILES.search(urlsplit(target).path):
        return None
    target = without_tracking(target)
    return _Link(a, target, address_key(target))


def _chosen_links(soup: BeautifulSoup, base_url: str, selector: str) -> list[_Link]:
    anchors = (element if element.get("href") else element.find("a", href=True) for element in soup.select(selector))
    links = (_link(a, base_url) for a in anchors if isinstance(a, Tag))
    return [link for link in links if link is not None]


def _teasers(links: list[_Link]) -> dict[int, Tag]:
    """By link, the largest element around it that shows no other article: title, date, first lines."""
    inside: defaultdict[int, set[str]] = defaultdict(set)
    for link in links:
        for parent in link.a.parents:
            inside[id(parent)].add(link.key)
    teasers = {}
    for link in links:
        teaser = link.a
        for parent in link.a.parents:
            if parent.name in ("body", "main", "html", "[document]") or len(inside[id(parent)]) > 1:
                break
            teaser = parent
        teasers[id(link.a)] = teaser
    return teasers


@dataclass(frozen=True)
class _Candidate:
    link: _Link
    folder: str
    points: float


def _likely_links(soup: BeautifulSoup, base_url: str, url: str) -> list[_Link]:
    """The links of the family, by folder of their address, that most looks like news."""
    aside = {id(element) for element in soup.select(_ASIDE)}
    families: defaultdict[str, list[_Candidate]] = defaultdict(list)
    for a in soup.find_all("a", href=True, limit=_MOST_ANCHORS):
        link = _link(a, base_url)
        if link is None or not same_host(link.url, url) or link.key == address_key(url):
            continue
        if is_page_of_listing(link.url):
            continue
        if not any(id(element) in aside for element in (a, *a.parents)):
            candidate = _weigh(link, url)
            families[candidate.folder].append(candidate)
    best = max(families.values(), key=_points_of, default=[])
    return [candidate.link for candidate in best] if _points_of(best) >= 2 else []


def _points_of(family: list[_Candidate]) -> float:
    """The points of a family, in which a link counts once however often the page shows it."""
    best: dict[str, float] = {}
    for candidate in family:
        best[candidate.link.key] = max(candidate.points, best.get(candidate.link.key, candidate.points))
    return sum(best.values())


def _weigh(link: _Link, listing: str) -> _Candidate:
    a, path, here = link.a, urlsplit(link.url).path.rstrip("/"), urlsplit(listing).path.rstrip("/")
    here = re.sub(r"/(?:index|default)\.\w{2,5}$", "", here)
    folder, _, last = path.rpartition("/")
    below = bool(here) and path.startswith(here + "/")
    text = opening(a, _LONGEST_TEASER)
    around = a.find_parent(["li", "article", "tr", "section", "div"]) or a
    points = 0.0
    points += 2 if below else 0
    points += 1 if _NEWS_WORDS.search(folder + "/") else 0
    points += 1 if last.count("-") >= 2 or re.search(r"\d{4}", link.url) else 0
    points += 1 if len(text.split()) >= 4 else 0
    points += 1 if a.find(["h2", "h3", "h4"]) or a.find_parent(["h2", "h3", "h4"]) else 0
    points += 1 if parse_date(opening(around, _LONGEST_TEASER)) else 0
    points -= 2 if not text and not a.find("img") else 0
    return _Candidate(link, here if below else _undated(folder), points if points >= 2 else -0.5)


def _undated(folder: str) -> str:
    """A folder without the dates in it: /nieuws/2024/06 is of one family with /nieuws/2024/05."""
    return re.sub(r"/(?:19|20)\d\d(?:/\d{1,2}){0,2}(?=/|$)", "", folder)


def from_feed(body: bytes, url: str) -> list[Found]:
    """The articles of an RSS or Atom feed. Raises DiscoverError if it is none."""
    parsed = parsed_feed(body)
    if not parsed.entries:
        unreadable = parsed.bozo or not parsed.get("version")
        raise DiscoverError("is not a readable RSS or Atom feed" if unreadable else "the feed names no articles")
    found: dict[str, Found] = {}
    for item in parsed.entries[:MOST_LINKS]:
        target = joined(url, item.get("link", ""))
        if item.get("link") and target:
            target = without_tracking(target)
            title, published = item.get("title", ""), item.get("published", item.get("updated", ""))
            stamp = _stamp(title, item.get("updated", item.get("published", "")), item.get("summary", ""))
            found.setdefault(
                address_key(target), Found(target, stamp, plain_text(title)[:_LONGEST_TITLE], parse_date(published))
            )
    if not found:
        raise DiscoverError("the feed's entries have no links to articles")
    return list(found.values())


def _without_tricks(body: bytes) -> bytes:
    """The feed as UTF-8, so that nothing can hide in its encoding. Raises DiscoverError if it declares entities.

    A few of them can grow to any size, and a feed needs none: a document type alone is let through.
    """
    text = decode(body)
    prolog = _PROLOG.match(text)
    if prolog and _OWN_ENTITIES.match(text, prolog.end()):
        raise DiscoverError("is not a readable RSS or Atom feed (it declares entities of its own)")
    return _XML_DECLARATION.sub("", text, count=1).encode("utf-8", "replace")


def feed_title(body: bytes) -> str:
    """What a feed calls itself. Raises DiscoverError if it is none."""
    return plain_text(str(parsed_feed(body).feed.get("title", "")))[:_LONGEST_TITLE]


def parsed_feed(body: bytes) -> Any:
    """What feedparser makes of a feed. Raises DiscoverError for one that it cannot read, or that declares entities."""
    try:
        # A stream, for feedparser takes bytes for the name of a file.
        stream = io.BytesIO(_without_tricks(body))
        return feedparser.parse(stream, sanitize_html=False, resolve_relative_uris=False)
    except DiscoverError:
        raise
    except Exception as error:
        # Broken entities make it raise whatever its parsers do.
        raise DiscoverError(f"is not a readable RSS or Atom feed ({error})") from error


@dataclass(frozen=True)
class Sitemap:
    """What a sitemap holds: pages, or the addresses of further sitemaps; the last changed first."""

    pages: tuple[Found, ...] = ()
    sitemaps: tuple[str, ...] = ()


def read_sitemap(body: bytes, url: str) -> Sitemap:
    """Reads a sitemap or a sitemap index (sitemaps.org), gzipped or not. Raises DiscoverError."""
    try:
        root = fromstring(_unpacked(body), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, OSError, EOFError, zlib.error) as error:
        raise DiscoverError(f"is not a readable sitemap ({error})") from None
    rows = [_row(element, url) for element in root]
    rows = sorted((row for row in rows if row.url), key=lambda row: row.changed, reverse=True)
    if root.tag.rpartition("}")[2] == "sitemapindex":
        return Sitemap(sitemaps=tuple(row.url for row in rows))
    # Some sites write the moment of asking at every page: that says nothing of the pages.
    clock = len(rows) >= _MANY and len({row.changed for row in rows}) == 1
    return Sitemap(pages=tuple(row.as_found(clock=clock) for row in rows))


@dataclass(frozen=True)
class _Row:
    """A page in a sitemap. ``title`` and ``published`` stand in those for news (sitemap-news 0.9)."""

    url: str
    changed: str
    title: str
    published: str

    def as_found(self, *, clock: bool) -> Found:
        changed = "" if clock else self.changed
        return Found(self.url, _stamp(changed), self.title[:_LONGEST_TITLE], parse_date(self.published or changed))


def _row(element: Element, base: str) -> _Row:
    texts = {child.tag.rpartition("}")[2]: (child.text or "").strip() for child in element}
    news = {part.tag.rpartition("}")[2]: tidy(part.text or "") for part in element.iter() if "sitemap-news" in part.tag}
    return _Row(
        joined(base, texts.get("loc", "")), texts.get("lastmod", ""), news.get("title", ""),
        news.get("publication_date", ""),
    )  # fmt: skip


def _unpacked(body: bytes) -> bytes:
    if body[:2] != b"\x1f\x8b":
        return body
    with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
        plain = packed.read(MOST_XML + 1)
    if len(plain) > MOST_XML:
        raise ValueError("unpacks to more than 20 MB")
    return plain


def is_news_sitemap(url: str) -> bool:
    """Whether a sitemap is named after news, as post-sitemap.xml and sitemap-nieuws.xml are."""
    return bool(re.search(r"news|nieuws|post|bericht|artike|actueel", urlsplit(url).path, re.IGNORECASE))


def news_pages(pages: Iterable[Found], article_links: str = "", most: int = MOST_LINKS) -> list[Found]:
    """The pages of a sitemap that are articles.

    ``article_links`` is matched against links made of the addresses, as if the sitemap were a
    listing; without it pages below a news folder are taken, and if there is none, all pages.
    English pages are left to the Dutch ones that name them.
    """
    unique = {address_key(page.url): page for page in pages}
    if article_links:
        return _matching(unique.values(), article_links)[:most]
    dutch = [p for p in unique.values() if not re.search(r"/en(?:/|$)", urlsplit(p.url).path)]
    news = [p for p in dutch if (m := _NEWS_WORDS.search(p.url)) and p.url[m.end() :].strip("/")]
    if not dutch:
        raise DiscoverError("the sitemap names no pages")
    return (news or dutch)[:most]


def _matching(pages: Iterable[Found], selector: str) -> list[Found]:
    soup = BeautifulSoup("<main></main>", "lxml")
    main = soup.find("main")
    by_link: dict[int, Found] = {}
    for page in pages:
        a = soup.new_tag("a", href=page.url)
        if isinstance(main, Tag):
            main.append(a)
        by_link[id(a)] = page
    chosen = [by_link[id(a)] for a in soup.select(selector) if id(a) in by_link]
    if not chosen:
        raise DiscoverError(f"no address matches article_links = {selector!r}")
    return chosen
