"""Collecting what a source published before: its listing page by page, its feed's archive, its whole sitemap.

A feed leads back by prev-archive (RFC 5005, section 4) or by next (section 3), a listing by its
pager. Reading goes on from page to page until there is nothing new, or until a page shows none but
articles from before the day that was asked for. Where it is is stored after each page, so that an
interrupted reading goes on there.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import feedparser

from tweeklank.article import address_key
from tweeklank.collect import discover
from tweeklank.collect.http import Answer, FetchError
from tweeklank.collect.text import PageError, joined
from tweeklank.config import Source
from tweeklank.store import Store
from tweeklank.store.backfills import Position
from tweeklank.store.links import Found

MOST_PAGES = 2000


@dataclass(frozen=True)
class Backfill:
    """The archive that is asked for: of the source with this id, the articles published ``since``; None: all."""

    source: str
    since: datetime | None = None


class Visitor(Protocol):
    """Who asks the source for pages and takes articles."""

    source: Source
    since: datetime | None

    async def page(self, url: str) -> Answer: ...
    async def links_on(self, answer: Answer) -> list[Found]: ...
    async def older_than(self, answer: Answer, number: int) -> str: ...
    async def take_shown(self, found: list[Found]) -> int: ...
    def skipped(self, url: str, error: FetchError | PageError) -> None: ...


def older_feed(body: bytes, url: str) -> str:
    """The address of the feed document with the entries before those of this one, or nothing."""
    links = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False).feed.get("links", [])
    for rel in ("prev-archive", "next"):
        for link in links:
            if link.get("rel") == rel and link.get("href"):
                return joined(url, link["href"])
    return ""


async def read_back(visit: Visitor, store: Store) -> None:
    """Takes the articles of a source's archive. Raises FetchError and PageError if a page of it cannot be had;
    then the next time goes on there."""
    if visit.source.sitemap:
        await _read_sitemaps(visit)
    else:
        await _read_pages(visit, store)
        store.backfills.end(visit.source.id)


async def _read_pages(visit: Visitor, store: Store) -> None:
    source = visit.source
    at = store.backfills.position(source.id) or Position(source.url, 1)
    seen: set[str] = set()
    visited: set[str] = set()
    while at.page and at.page not in visited and len(visited) < MOST_PAGES:
        visited.add(at.page)
        answer = await visit.page(at.page)
        try:
            found = await visit.links_on(answer)
        except PageError:
            if at.number == 1:
                raise
            # Beyond the last page some sites show an empty one.
            return
        keys = {address_key(link.url) for link in found}
        if keys <= seen:
            return
        seen |= keys
        too_old = await visit.take_shown(found)
        if _is_before(visit.since, too_old, store.links.dates(source.id, keys)):
            return
        at = Position(await visit.older_than(answer, at.number + 1), at.number + 1)
        if at.page:
            store.backfills.keep(source.id, at)


def _is_before(since: datetime | None, too_old: int, dates: list[datetime]) -> bool:
    """Whether a page shows older articles than wanted, and no other ones; some sites pin an old one to the top."""
    if since is None or any(date >= since for date in dates):
        return False
    return bool(too_old or dates)


async def _read_sitemaps(visit: Visitor) -> None:
    """All pages of a sitemap and of those that it names; what was taken before is known, and not taken again."""
    answer = await visit.page(visit.source.url)
    sitemap = discover.read_sitemap(answer.body, answer.url)
    await _take_pages(visit, sitemap)
    for further in sitemap.sitemaps:
        try:
            part = await visit.page(further)
            await _take_pages(visit, discover.read_sitemap(part.body, part.url))
        except (FetchError, PageError) as error:
            visit.skipped(further, error)


async def _take_pages(visit: Visitor, sitemap: discover.Sitemap) -> None:
    if sitemap.pages:
        await visit.take_shown(discover.news_pages(sitemap.pages, visit.source.article_links, len(sitemap.pages)))
