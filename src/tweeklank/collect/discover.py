"""From a listing page, a feed or a sitemap to the addresses of articles."""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element, ParseError

import feedparser
from bs4 import BeautifulSoup, Tag
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from tweeklank.article import TweeklankError, address_key, same_host, without_tracking
from tweeklank.collect.dates import parse_date
from tweeklank.config import is_web_address
from tweeklank.store.links import Found

MOST_LINKS = 2000
MOST_XML = 50_000_000  # bytes, as the sitemap protocol allows
_NEWS_WORDS = re.compile(r"/(?:nieuws\w*|actueel|actualiteiten|berichten|persberichten|news|blog|artikelen)(?=/)")
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


class DiscoverError(TweeklankError):
    """A listing, feed or sitemap in which no articles can be found. One clause, without the address."""


def _stamp(*shown: object) -> str:
    """A name for what is shown of an article; "3 uur geleden" does not count, for it changes by itself."""
    text = " ".join(_RELATIVE.sub("", " ".join(map(str, shown))).split())
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def from_listing(html: str, url: str, article_links: str = "") -> list[Found]:
    """The articles that a listing page links to, in its order.

    ``article_links`` is a CSS selector of the links; without one the largest family of
    links that look like news is taken. Raises DiscoverError if there is none.
    """
    soup = BeautifulSoup(html, "lxml")
    base = soup.find("base", href=True)
    base_url = urljoin(url, str(base["href"])) if isinstance(base, Tag) else url
    if article_links:
        chosen = [a for a in soup.select(article_links) if a.get("href")]
        if not chosen:
            raise DiscoverError(f"no link matches article_links = {article_links!r}; has the page's layout changed?")
    else:
        chosen = _likely_links(soup, base_url)
        if not chosen:
            raise DiscoverError("no links to articles recognised; name them with article_links")
    found: dict[str, Found] = {}
    family = {address_key(urljoin(base_url, str(a["href"]))) for a in chosen if _readable(base_url, a)}
    for a in chosen:
        target = _readable(base_url, a)
        if target and address_key(target) != address_key(url):
            teaser = _teaser(a, base_url, family).get_text(" ")
            found.setdefault(address_key(target), Found(target, _stamp(teaser)))
    return list(found.values())[:MOST_LINKS]


def _readable(base_url: str, a: Tag) -> str:
    """The address of a link to a page of the same site, or nothing."""
    try:
        target = without_tracking(urljoin(base_url, str(a["href"]).strip()))
        fits = is_web_address(target) and same_host(target, base_url) and not _FILES.search(urlsplit(target).path)
    except ValueError:
        return ""
    return target if fits else ""


def _teaser(a: Tag, base_url: str, family: set[str]) -> Tag:
    """The largest element around a link that shows no other article: title, date, first lines."""
    own, teaser = address_key(urljoin(base_url, str(a["href"]))), a
    for parent in a.parents:
        if parent.name in ("body", "main", "html", "[document]"):
            break
        links = {address_key(urljoin(base_url, str(x["href"]))) for x in parent.find_all("a", href=True)}
        if (links & family) - {own}:
            break
        teaser = parent
    return teaser


@dataclass(frozen=True)
class _Candidate:
    link: Tag
    folder: str
    points: float


def _likely_links(soup: BeautifulSoup, url: str) -> list[Tag]:
    """The links of the family, by folder of their address, that most looks like news."""
    aside = {id(inside) for element in soup.select(_ASIDE) for inside in element.find_all("a")}
    families: defaultdict[str, list[_Candidate]] = defaultdict(list)
    for a in soup.find_all("a", href=True):
        target = _readable(url, a)
        if target and id(a) not in aside and address_key(target) != address_key(url):
            candidate = _weigh(a, target, url)
            families[candidate.folder].append(candidate)
    if not families:
        return []
    best = max(families.values(), key=lambda family: sum(c.points for c in family))
    return [c.link for c in best] if sum(c.points for c in best) >= 2 else []


def _weigh(a: Tag, target: str, listing: str) -> _Candidate:
    path, here = urlsplit(target).path.rstrip("/"), urlsplit(listing).path.rstrip("/")
    folder, _, last = path.rpartition("/")
    below = path.startswith(here + "/")
    words = len(a.get_text(" ").split())
    around = a.find_parent(["li", "article", "tr", "section", "div"]) or a
    points = 0.0
    points += 2 if below and here else 0
    points += 1 if _NEWS_WORDS.search(folder + "/") else 0
    points += 1 if last.count("-") >= 2 or re.search(r"\d{4}", path) else 0
    points += 1 if words >= 4 else 0
    points += 1 if a.find(["h2", "h3", "h4"]) or a.find_parent(["h2", "h3", "h4"]) else 0
    points += 1 if parse_date(around.get_text(" ")) else 0
    points -= 2 if words == 0 and not a.find("img") else 0
    return _Candidate(a, here if below and here else folder, points if points >= 2 else -0.5)


def from_feed(body: bytes, url: str) -> list[Found]:
    """The articles of an RSS or Atom feed. Raises DiscoverError if it is none."""
    parsed = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)
    if not parsed.entries and (parsed.bozo or not parsed.version):
        raise DiscoverError("is not a readable RSS or Atom feed")
    found: dict[str, Found] = {}
    for item in parsed.entries[:MOST_LINKS]:
        target = without_tracking(urljoin(url, item.get("link", "")))
        if item.get("link") and is_web_address(target):
            shown = (item.get("title", ""), item.get("updated", item.get("published", "")), item.get("summary", ""))
            found.setdefault(address_key(target), Found(target, _stamp(*shown)))
    return list(found.values())


@dataclass(frozen=True)
class Sitemap:
    """What a sitemap holds: pages, or the addresses of further sitemaps (newest first)."""

    pages: tuple[Found, ...] = ()
    sitemaps: tuple[str, ...] = ()


def read_sitemap(body: bytes, url: str) -> Sitemap:
    """Reads a sitemap or a sitemap index (sitemaps.org), gzipped or not. Raises DiscoverError."""
    try:
        root = fromstring(_unpacked(body), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, OSError, EOFError, zlib.error) as error:
        raise DiscoverError(f"is not a readable sitemap ({error})") from None
    rows = [(urljoin(url, loc), changed) for loc, changed in map(_row, root) if loc]
    if root.tag.rpartition("}")[2] == "sitemapindex":
        return Sitemap(sitemaps=tuple(loc for loc, _ in sorted(rows, key=lambda row: row[1], reverse=True)))
    return Sitemap(pages=tuple(Found(loc, _stamp(changed)) for loc, changed in rows if is_web_address(loc)))


def _row(element: Element) -> tuple[str, str]:
    texts = {child.tag.rpartition("}")[2]: (child.text or "").strip() for child in element}
    return texts.get("loc", ""), texts.get("lastmod", "")


def _unpacked(body: bytes) -> bytes:
    if body[:2] != b"\x1f\x8b":
        return body
    with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
        plain = packed.read(MOST_XML + 1)
    if len(plain) > MOST_XML:
        raise ValueError("unpacks to more than 50 MB")
    return plain


def news_pages(pages: Iterable[Found], article_links: str = "") -> list[Found]:
    """The pages of a sitemap that are articles.

    ``article_links`` is matched against links made of the addresses, as if the sitemap were a
    listing; without it pages below a news folder are taken, and if there is none, all pages.
    English pages are left to the Dutch ones that name them.
    """
    unique = {address_key(page.url): page for page in pages}
    if article_links:
        return list(_matching(unique.values(), article_links))[:MOST_LINKS]
    dutch = [p for p in unique.values() if not re.search(r"/en(?:/|$)", urlsplit(p.url).path)]
    news = [p for p in dutch if (m := _NEWS_WORDS.search(p.url)) and p.url[m.end() :].strip("/")]
    if not dutch:
        raise DiscoverError("the sitemap names no pages")
    return (news or dutch)[:MOST_LINKS]


def _matching(pages: Iterable[Found], selector: str) -> Iterator[Found]:
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
    yield from chosen
