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
from tweeklank.collect.discover import DiscoverError
from tweeklank.collect.extract import ExtractError, extract, extract_english
from tweeklank.collect.http import MOST_BYTES, Answer, Client, FetchError, HostClosedError, Retries
from tweeklank.collect.layout import ArticlesEvidence, LayoutChangedError, articles_changed, listing_changed
from tweeklank.collect.text import PageError
from tweeklank.config import Config, Source
from tweeklank.store import Store
from tweeklank.store.articles import Change
from tweeklank.store.links import DueLink
from tweeklank.store.pages import Validators
from tweeklank.store.sources import SourceState

log = logging.getLogger(__name__)

_MOST_SITEMAPS = 20
_T = TypeVar("_T")


@dataclass
class SourceReport:
    """What one sync did with one source. ``failures`` are sentences with address and cause.

    ``changed_layout``: what no longer matches in the pages of articles; empty if they read as
    before, None if this sync has seen none to judge by. ``rested``: it was not asked, for it keeps
    failing or has been quiet for long; ``next_try``: until when it is left alone (ISO 8601), empty
    for the next sync.
    """

    source: str
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    waiting: int = 0
    not_modified: bool = False
    changed_layout: str | None = None
    rested: bool = False
    next_try: str = ""
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
    config: Config,
    store: Store,
    progress: Progress = lambda *_: None,
    retries: Retries | None = None,
    *,
    even_resting: bool = False,
) -> Collected:
    """Visits every source: hosts in parallel, each host one request at a time.

    A page that fails costs that page, a source that fails that source. One that keeps failing or has
    been quiet for long is left alone while it rests (see store.sources), unless ``even_resting``.
    """
    collected = Collected()
    async with Client(config.collect, store.pages, retries) as client:
        visits = [_Visit(source, config.collect.max_articles, client, store, progress) for source in config.sources]
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(visit.run(even_resting=even_resting)) for visit in visits]
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
        self.unreadable: list[str] = []
        self.now = datetime.now(UTC)
        rules = repr((source.id, source.article_links, sorted(source.select.items()), source.english))
        self.rules = hashlib.sha256(rules.encode()).hexdigest()
        self.settings = hashlib.sha256(repr(source).encode()).hexdigest()

    async def run(self, *, even_resting: bool) -> SourceReport:
        state = self.store.sources.state(self.source.id)
        if state.rests(self.now, self.settings) and not even_resting:
            self.report.rested = True
        else:
            state = await self._visit(state)
            self.store.sources.keep(state)
        self.report.next_try = state.next_try.isoformat(timespec="seconds") if state.next_try else ""
        self._tell(state)
        return self.report

    async def _visit(self, before: SourceState) -> SourceState:
        """Asks for what is new, takes it, and says how the source is now."""
        failure: FetchError | PageError | None = None
        try:
            await self._look_for_links()
        except (FetchError, PageError) as error:
            self._failed(self.source.url, error)
            failure = error
        await self._take_due()
        if failure is None:
            return before.succeeded(self.now, self.settings, news=bool(self.report.new or self.report.changed))
        asked_for = failure.asked_for if isinstance(failure, FetchError) else 0.0
        return before.failed(self.now, self.settings, str(failure), asked_for)

    async def _take_due(self) -> None:
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
                if isinstance(error, ExtractError):
                    self.unreadable.append(str(error))
        self.progress(self.source.id, len(due), len(due))
        self._compare_articles()
        self.report.waiting = self.store.links.waiting(self.source.id)

    def _tell(self, state: SourceState) -> None:
        """One line in the log."""
        report = self.report
        rhythm = {"failures_in_a_row": state.failures, "next_try": report.next_try}
        if report.rested:
            log.info("source left alone", extra={"source": report.source, "last_error": state.last_error, **rhythm})
        else:
            counts = {"new": report.new, "changed": report.changed, "failed": len(report.failures)}
            log.info("source visited", extra={"source": report.source, **counts, **rhythm})

    def _failed(self, url: str, error: TweeklankError) -> None:
        failure = tellable(f"{url}: {error}")
        log.warning("%s: %s", self.source.id, failure)
        self.report.failures.append(failure)

    def _compare_articles(self) -> None:
        """Looks whether the articles of now are read as well as those before."""
        read = self.report.new + self.report.changed
        if not read and not self.unreadable:
            return
        lengths = tuple(self.store.articles.lengths(self.source.id, ArticlesEvidence.MOST))
        evidence = ArticlesEvidence(lengths, read, tuple(self.unreadable), self.source.select.get("body", ""))
        self.report.changed_layout = articles_changed(evidence)
        if self.report.changed_layout:
            self._failed(self.source.url, LayoutChangedError(self.report.changed_layout))

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
        try:
            await self._read_links(answer)
        except DiscoverError as error:
            shown = self.store.links.shown(self.source.id)
            changed = await _in_thread(listing_changed, shown, str(error), answer.text, self.source.article_links)
            if not changed:
                raise
            raise LayoutChangedError(changed) from error

    async def _read_links(self, answer: Answer) -> None:
        url = self.source.url
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
            log.debug("%s: %s", self.source.id, tellable(f"{dutch.english_url}: {error}"))
            return None
        return english and replace(english, topics=dutch.topics)


def _extract(answer: Answer, source: Source) -> Article:
    return extract(answer.text, answer.url, source.select, english=source.english)


def _led_astray(asked: str, got: str) -> bool:
    """Whether a redirect ended at a folder above the page, as sites do with pages they no longer have."""
    path, end = (urlsplit(url).path.rstrip("/") + "/" for url in (asked, got))
    return path != end and path.startswith(end)
