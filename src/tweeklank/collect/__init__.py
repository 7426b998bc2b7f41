"""The first step: from covenant sites to stored articles."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import urlsplit

from tweeklank.article import Article, Image, TweeklankError, address_key, tellable
from tweeklank.collect import discover
from tweeklank.collect.extract import ExtractError, extract, extract_english
from tweeklank.collect.http import MOST_BYTES, Answer, Client, FetchError, HostClosedError, Retries
from tweeklank.collect.text import PageError
from tweeklank.config import Config, Source
from tweeklank.store import Store
from tweeklank.store.articles import Change
from tweeklank.store.links import DueLink
from tweeklank.store.pages import Validators

log = logging.getLogger(__name__)

_MOST_SITEMAPS = 20
_T = TypeVar("_T")


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
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(visit.run()) for visit in visits]
        except ExceptionGroup as failures:
            # Pages and sources fail inside their visit; what comes out of one, such as a full disk, stops all.
            raise failures.exceptions[0] from None
        collected.sources = [task.result() for task in tasks]
        collected.requests, collected.bytes = client.requests, client.bytes
    return collected


async def _in_thread(read: Callable[..., _T], *args: object) -> _T:
    """Reads a page beside the event loop, where other hosts' timeouts would have to pay for it.

    Markup that trips up a parser costs that page, like any other that cannot be read.
    """
    try:
        return await asyncio.to_thread(read, *args)
    except TweeklankError:
        raise
    except Exception as error:
        log.debug("unreadable page", exc_info=True)
        raise PageError(f"cannot be read ({type(error).__name__}: {error})") from error


class _Visit:
    """One source in one sync."""

    def __init__(self, source: Source, most_new: int, client: Client, store: Store, progress: Progress) -> None:
        self.source, self.most_new, self.client, self.store, self.progress = source, most_new, client, store, progress
        self.report = SourceReport(source.id)
        self.now = datetime.now(UTC)
        rules = repr((source.id, source.article_links, sorted(source.select.items()), source.english))
        self.rules = hashlib.sha256(rules.encode()).hexdigest()

    async def run(self) -> SourceReport:
        try:
            await self._look_for_links()
        except (FetchError, PageError) as error:
            self._failed(self.source.url, error)
        due = self.store.links.due(self.source.id, self.now, self.most_new)
        for done, link in enumerate(due):
            self.progress(self.source.id, done, len(due))
            try:
                await self._take(link)
            except HostClosedError as error:
                self._left_alone(error)
            except (FetchError, PageError) as error:
                self.store.links.failed(link, self.now)
                self._failed(link.url, error)
        self.progress(self.source.id, len(due), len(due))
        self.report.waiting = self.store.links.waiting(self.source.id)
        return self.report

    def _failed(self, url: str, error: TweeklankError) -> None:
        failure = tellable(f"{url}: {error}")
        log.warning("%s: %s", self.source.id, failure)
        self.report.failures.append(failure)

    def _left_alone(self, error: HostClosedError) -> None:
        """Says once why pages were not asked for; it is no failure of theirs."""
        if not any(failure.endswith(tellable(str(error))) for failure in self.report.failures):
            self._failed(self.source.url, error)

    async def _get_if_changed(self, url: str, most: int = MOST_BYTES) -> Answer:
        """A listing, feed or sitemap. One that this source has read, by other rules than now, is asked for anew."""
        validators = self._validators(self._key(url))
        return await self.client.get(url, local=self.source.local, validators=validators, most=most)

    def _validators(self, key: str) -> Validators | None:
        """What to ask with for a page that was read before, by the rules of now."""
        kept = self.store.pages.kept(key)
        return self.store.pages.validators(key) if kept and kept.body == self.rules else None

    def _remember(self, url: str, answer: Answer) -> None:
        self.store.pages.remember(self._key(url), self.now, answer.validators, body=self.rules)

    def _key(self, url: str) -> str:
        """Two sources that share a listing have each to read it."""
        return f"{url}#{self.source.id}"

    async def _look_for_links(self) -> None:
        """Asks for the listing if it changed. Its validators are stored after its links: a sync that
        is interrupted in between asks again."""
        url = self.source.url
        answer = await self._get_if_changed(url, discover.MOST_XML if self.source.sitemap else MOST_BYTES)
        if answer.not_modified:
            self.report.not_modified = True
            return
        if self.source.sitemap:
            await self._follow_sitemap(answer)
            return
        if self.source.feed:
            found = await _in_thread(discover.from_feed, answer.body, answer.url)
        else:
            found = await _in_thread(discover.from_listing, answer.text, answer.url, self.source.article_links)
        self.store.links.remember(self.source.id, found, self.now)
        self._remember(url, answer)

    async def _follow_sitemap(self, answer: Answer) -> None:
        """The articles of a sitemap, or of the newest changed ones of those that an index names."""
        sitemap = await _in_thread(discover.read_sitemap, answer.body, answer.url)
        pages, read, failed = list(sitemap.pages), [(self.source.url, answer)], False
        for further in sitemap.sitemaps[:_MOST_SITEMAPS]:
            try:
                part = await self._get_if_changed(further, discover.MOST_XML)
                if not part.not_modified:
                    pages += (await _in_thread(discover.read_sitemap, part.body, part.url)).pages
                    read.append((further, part))
            except (FetchError, PageError) as error:
                self._failed(further, error)
                failed = True
        if pages or not sitemap.sitemaps:
            found = await _in_thread(discover.news_pages, pages, self.source.article_links)
            self.store.links.remember(self.source.id, found, self.now)
        for url, part in read[1:] if failed else read:
            self._remember(url, part)

    async def _take(self, link: DueLink) -> None:
        pages = self.store.pages
        known = self._validators(link.url) if link.known else None
        answer = await self.client.get(link.url, local=self.source.local, validators=known)
        if answer.not_modified:
            self.store.links.taken(link, None, self.now)
            self.report.unchanged += 1
            return
        found = await self._read(link.url, answer)
        kept_article = self.store.articles.keep(self.source.id, link.url, found, self.now)
        english = await self._english(found)
        change = kept_article.change
        if english is not None:
            in_english = self.store.articles.keep_english(kept_article.article, english, self.now)
            change = Change.CHANGED if change is Change.UNCHANGED and in_english is not Change.UNCHANGED else change
        self.store.links.taken(link, kept_article.article, self.now)
        # An English version that was announced and could not be had is looked for at the next visit.
        complete = english is not None or not found.english_url
        pages.remember(link.url, self.now, answer.validators if complete else None, body=self.rules)
        self._count(change)

    async def _read(self, asked: str, answer: Answer) -> Article:
        if answer.media_type and "html" not in answer.media_type:
            raise ExtractError(f"is {answer.media_type}, not a page")
        if _led_astray(asked, answer.url) or address_key(answer.url) == address_key(self.source.url):
            raise ExtractError(f"leads to {answer.url} instead of an article")
        source = self.source
        found = await _in_thread(_extract, answer, source)
        topics = tuple(dict.fromkeys((*source.topics, *found.topics)))
        return replace(found, topics=topics, image=found.image and await self._weigh(found.image))

    def _count(self, change: Change) -> None:
        match change:
            case Change.NEW:
                self.report.new += 1
            case Change.CHANGED:
                self.report.changed += 1
            case Change.UNCHANGED:
                self.report.unchanged += 1

    async def _weigh(self, image: Image) -> Image:
        """Adds what a feed must say of a picture: its type and length."""
        try:
            answer = await self.client.head(image.url, local=self.source.local)
        except FetchError:
            return image
        if not answer.media_type.startswith("image/"):
            return image
        return replace(image, media_type=answer.media_type, length=answer.length)

    async def _english(self, dutch: Article) -> Article | None:
        """The publisher's own English version; not finding one is no failure."""
        if not dutch.english_url:
            return None
        try:
            answer = await self.client.get(dutch.english_url, local=self.source.local)
            if _led_astray(dutch.english_url, answer.url):
                return None
            english = await _in_thread(extract_english, answer.text, answer.url, dutch)
        except (FetchError, PageError) as error:
            log.info("%s: %s", self.source.id, tellable(f"{dutch.english_url}: {error}"))
            return None
        return english and replace(english, topics=dutch.topics)


def _extract(answer: Answer, source: Source) -> Article:
    return extract(answer.text, answer.url, source.select, english=source.english)


def _led_astray(asked: str, got: str) -> bool:
    """Whether a redirect ended at a folder above the page, as sites do with pages they no longer have."""
    path, end = (urlsplit(url).path.rstrip("/") + "/" for url in (asked, got))
    return path != end and path.startswith(end)
