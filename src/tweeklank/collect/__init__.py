"""The first step: from covenant sites to stored articles."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from tweeklank.article import Article, Image, TweeklankError
from tweeklank.collect import discover
from tweeklank.collect.extract import ExtractError, extract, extract_english
from tweeklank.collect.http import Client, FetchError, Retries
from tweeklank.config import Config, Source
from tweeklank.store import Store
from tweeklank.store.articles import Change
from tweeklank.store.links import DueLink, Found
from tweeklank.store.pages import Validators

log = logging.getLogger(__name__)

_MOST_SITEMAPS = 20


@dataclass
class SourceReport:
    """What one sync did with one source. ``failures`` are sentences with address and cause."""

    source: str
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    waiting: int = 0
    not_modified: bool = False
    failures: list[str] = field(default_factory=list)


@dataclass
class Collected:
    """What one sync collected. ``requests`` and ``bytes`` count what went over the network."""

    sources: list[SourceReport] = field(default_factory=list)
    requests: int = 0
    bytes: int = 0

    @property
    def failures(self) -> list[str]:
        return [failure for source in self.sources for failure in source.failures]


Progress = Callable[[str, int, int], None]
"""Called with a source's id, the number of its pages visited, and of those to visit."""


async def collect(
    config: Config, store: Store, progress: Progress = lambda *_: None, retries: Retries | None = None
) -> Collected:
    """Visits every source: hosts in parallel, each host one request at a time.

    A page that fails costs that page, a source that fails that source.
    """
    collected = Collected()
    async with Client(config.collect, store.pages, retries) as client:
        visits = [_Visit(source, config.collect.max_articles, client, store, progress) for source in config.sources]
        collected.sources = list(await asyncio.gather(*(visit.run() for visit in visits)))
        collected.requests, collected.bytes = client.requests, client.bytes
    return collected


class _Visit:
    """One source in one sync."""

    def __init__(self, source: Source, most_new: int, client: Client, store: Store, progress: Progress) -> None:
        self.source, self.most_new, self.client, self.store, self.progress = source, most_new, client, store, progress
        self.report = SourceReport(source.id)
        self.now = datetime.now(UTC)

    async def run(self) -> SourceReport:
        try:
            await self._look_for_links()
        except (FetchError, discover.DiscoverError) as error:
            self._failed(self.source.url, error)
        due = self.store.links.due(self.source.id, self.now, self.most_new)
        for done, link in enumerate(due):
            self.progress(self.source.id, done, len(due))
            try:
                await self._take(link)
            except (FetchError, ExtractError) as error:
                self.store.links.failed(link, self.now)
                self._failed(link.url, error)
        self.progress(self.source.id, len(due), len(due))
        self.report.waiting = self.store.links.waiting(self.source.id)
        return self.report

    def _failed(self, url: str, error: TweeklankError) -> None:
        log.warning("%s: %s: %s", self.source.id, url, error)
        self.report.failures.append(f"{url}: {error}")

    async def _look_for_links(self) -> None:
        """Asks for the listing if it changed. Its validators are stored after its links: a sync that
        is interrupted in between asks again."""
        url, pages = self.source.url, self.store.pages
        answer = await self.client.get(url, local=self.source.local, validators=pages.validators(url))
        if answer.not_modified:
            self.report.not_modified = True
            return
        if self.source.feed:
            found = discover.from_feed(answer.body, answer.url)
        elif self.source.sitemap:
            found = await self._from_sitemaps(answer.body, answer.url)
        else:
            found = discover.from_listing(answer.text, answer.url, self.source.article_links)
        self.store.links.remember(self.source.id, found, self.now)
        pages.remember(url, self.now, answer.validators)

    async def _from_sitemaps(self, body: bytes, url: str) -> list[Found]:
        """The articles of a sitemap, or of the newest sitemaps that an index names."""
        sitemap = discover.read_sitemap(body, url)
        pages = list(sitemap.pages)
        for further in sitemap.sitemaps[:_MOST_SITEMAPS]:
            answer = await self.client.get(further, local=self.source.local)
            pages += discover.read_sitemap(answer.body, answer.url).pages
        return discover.news_pages(pages, self.source.article_links)

    async def _take(self, link: DueLink) -> None:
        pages = self.store.pages
        known = pages.validators(link.url) if link.known else Validators()
        answer = await self.client.get(link.url, local=self.source.local, validators=known)
        if answer.not_modified:
            self.store.links.taken(link, None, self.now)
            self.report.unchanged += 1
            return
        if "html" not in answer.media_type and answer.media_type:
            raise ExtractError(f"is {answer.media_type}, not a page")
        found = extract(answer.text, answer.url, self.source.select, english=self.source.english)
        found = await self._complete(found)
        kept = self.store.articles.keep(self.source.id, link.url, found, self.now)
        change = await self._take_english(found, kept.article, kept.change)
        self.store.links.taken(link, kept.article, self.now)
        pages.remember(link.url, self.now, answer.validators)
        self._count(change)

    def _count(self, change: Change) -> None:
        match change:
            case Change.NEW:
                self.report.new += 1
            case Change.CHANGED:
                self.report.changed += 1
            case Change.UNCHANGED:
                self.report.unchanged += 1

    async def _complete(self, found: Article) -> Article:
        """Adds the source's topics, and what a feed must say of a picture: its type and length."""
        topics = tuple(dict.fromkeys((*self.source.topics, *found.topics)))
        image = found.image and await self._weigh(found.image)
        return replace(found, topics=topics, image=image)

    async def _weigh(self, image: Image) -> Image:
        try:
            answer = await self.client.head(image.url, local=self.source.local)
        except FetchError:
            return image
        if not answer.media_type.startswith("image/"):
            return image
        length = answer.headers.get("content-length", "")
        return replace(image, media_type=answer.media_type, length=int(length) if length.isdigit() else 0)

    async def _take_english(self, dutch: Article, article: int, change: Change) -> Change:
        """Looks for the publisher's own English version; not finding one is no failure."""
        if not dutch.english_url:
            return change
        try:
            answer = await self.client.get(dutch.english_url, local=self.source.local)
        except FetchError:
            return change
        english = extract_english(answer.text, answer.url, dutch)
        if english is None:
            return change
        english_change = self.store.articles.keep_english(article, replace(english, topics=dutch.topics), self.now)
        unchanged = change is Change.UNCHANGED and english_change is Change.UNCHANGED
        return Change.CHANGED if change is Change.UNCHANGED and not unchanged else change
