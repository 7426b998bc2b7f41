"""Collecting what a source published before: its listings page by page, its feed's archive, its whole sitemap.

A feed leads back by prev-archive (RFC 5005, section 4) or by next (section 3), a listing by its
pager. Reading goes on from page to page until there is nothing new, or until a page shows none but
articles from before the day that was asked for. Where it is is stored after each page, so that an
interrupted reading goes on there.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, time

from tweeklank.article import Article, address_key
from tweeklank.collect import discover, paging
from tweeklank.collect.dates import AMSTERDAM
from tweeklank.collect.http import Answer, Client, FetchError
from tweeklank.collect.reading import in_thread
from tweeklank.collect.report import Progress, SourceReport
from tweeklank.collect.text import PageError, joined
from tweeklank.collect.visit import Visit
from tweeklank.config import Config, Source
from tweeklank.store import Store
from tweeklank.store.backfills import Position
from tweeklank.store.links import Found

log = logging.getLogger(__name__)

MOST_PAGES = 2000
_MOST_ARTICLES = 100_000


@dataclass(frozen=True)
class Backfill:
    """The archive that is asked for: of the source with this id, the articles published ``since``; None: all."""

    source: str
    since: datetime | None = None


def older_feed(body: bytes, url: str) -> str:
    """The address of the feed document with the entries before those of this one, or nothing.

    Raises DiscoverError if it is none.
    """
    links = discover.parsed_feed(body).feed.get("links", [])
    for rel in ("prev-archive", "next"):
        for link in links:
            if link.get("rel") == rel and link.get("href"):
                return joined(url, link["href"])
    return ""


class Archive:
    """The archive of one source: its articles published ``since``, and not before what the source itself wants."""

    def __init__(
        self, source: Source, config: Config, client: Client, store: Store, progress: Progress, since: datetime | None
    ) -> None:
        self._source, self._client, self._store = source, client, store
        own = datetime.combine(source.since, time(), AMSTERDAM) if source.since else None
        self._since = max(filter(None, (since, own)), default=None)
        self._too_old: set[str] = set()
        self._visit = Visit(source, config, client, store, progress, self._belongs)

    async def read_back(self) -> SourceReport:
        """Takes the articles of the archive. If a page of a listing or feed cannot be had, the next time goes on
        there."""
        report = self._visit.report
        try:
            if self._source.sitemap:
                await self._read_sitemaps()
            else:
                await self._read_all_pages()
        except (FetchError, PageError) as error:
            report.failed(self._source.url, error)
        report.waiting = self._store.links.waiting(self._source.id)
        counts = {"new": report.new, "left_out": report.left_out, "failed": len(report.failures)}
        log.info("archive visited", extra={"source": report.source, **counts})
        return report

    def _belongs(self, url: str, found: Article) -> bool:
        """Whether an article is of the archive that was asked for. One without a date would count as today's, and
        push news out of the feeds."""
        if found.published is None:
            return False
        if self._is_old(found.published):
            self._too_old.add(address_key(url))
            return False
        return True

    def _is_old(self, published: datetime | None) -> bool:
        return bool(self._since and published and published < self._since)

    async def _read_all_pages(self) -> None:
        starts = self._source.listings or (self._source.url,)
        at = self._store.backfills.position(self._source.id)
        if at is None or at.start not in starts:
            at = Position(starts[0], starts[0], 1)
        for start in starts[starts.index(at.start) :]:
            await self._read_pages(at if start == at.start else Position(start, start, 1))
        self._store.backfills.end(self._source.id)

    async def _read_pages(self, at: Position) -> None:
        """One listing or feed, from a page on."""
        listing = at.start
        seen: set[str] = set()
        visited: set[str] = set()
        while at.page and at.page not in visited and len(visited) < MOST_PAGES:
            visited.add(at.page)
            self._store.backfills.keep(self._source.id, at)
            answer = await self._page(at.page)
            if at.number == 1:
                listing = answer.url
            found = await self._links_on(answer, listing, at.number)
            keys = {address_key(link.url) for link in found}
            if keys <= seen:
                return
            seen |= keys
            if await self._take_shown(found) and not self._has_recent(keys):
                return
            at = Position(at.start, await self._older_than(answer, at.number + 1), at.number + 1)

    async def _page(self, url: str) -> Answer:
        """A page of an archive, changed or not."""
        answer = await self._client.get(url, local=self._source.local, most=discover.MOST_XML)
        self._visit.reachable = True
        return answer

    async def _links_on(self, answer: Answer, listing: str, number: int) -> list[Found]:
        try:
            return await self._visit.overview.links_on(answer, listing)
        except PageError:
            if number == 1:
                raise
            # Beyond the last page some sites show an empty one.
            return []

    async def _older_than(self, answer: Answer, number: int) -> str:
        """The address of page ``number`` of a listing or feed, as the page before it names it, or nothing."""
        if self._source.feed:
            return await in_thread(older_feed, answer.body, answer.url)
        return await in_thread(paging.next_page, answer.text, answer.url, number)

    async def _take_shown(self, found: list[Found]) -> bool:
        """Takes the articles behind these links that are not known yet; tells whether it shows any that are too old."""
        self._too_old |= {address_key(link.url) for link in found if self._is_old(link.dated)}
        self._visit.overview.show(link for link in found if not self._is_old(link.dated))
        keys = {address_key(link.url) for link in found}
        due = self._store.links.due(self._source.id, self._visit.now, _MOST_ARTICLES)
        await self._visit.take(link for link in due if not link.known and address_key(link.url) in keys)
        return bool(keys & self._too_old) or any(map(self._is_old, self._store.links.dates(self._source.id, keys)))

    def _has_recent(self, keys: set[str]) -> bool:
        """Whether a page shows articles that are wanted, too: some sites pin an old one to the top."""
        return any(not self._is_old(date) for date in self._store.links.dates(self._source.id, keys))

    async def _read_sitemaps(self) -> None:
        """All pages of a sitemap and of those that it names; what was taken before is known, and not taken again."""
        answer = await self._page(self._source.url)
        sitemap = await in_thread(discover.read_sitemap, answer.body, answer.url)
        await self._take_pages(sitemap)
        for further in sitemap.sitemaps:
            try:
                part = await self._page(further)
                await self._take_pages(await in_thread(discover.read_sitemap, part.body, part.url))
            except (FetchError, PageError) as error:
                self._visit.report.failed(further, error)

    async def _take_pages(self, sitemap: discover.Sitemap) -> None:
        if sitemap.pages:
            links = self._source.article_links
            await self._take_shown(await in_thread(discover.news_pages, sitemap.pages, links, len(sitemap.pages)))
