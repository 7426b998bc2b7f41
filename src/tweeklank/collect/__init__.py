"""The first step: from covenant sites to stored articles."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from tweeklank.article import Article, Image, Language, TweeklankError, tellable
from tweeklank.collect import discover, repair
from tweeklank.collect.choose import is_wanted, topics_by_rule
from tweeklank.collect.discover import DiscoverError
from tweeklank.collect.extract import ExtractError
from tweeklank.collect.http import MOST_BYTES, Answer, Client, FetchError, HostClosedError, Retries
from tweeklank.collect.layout import ArticlesEvidence, LayoutChangedError, articles_changed, listing_changed
from tweeklank.collect.listings import Bounds, read_listing
from tweeklank.collect.reading import in_thread, publishers_english, read_article
from tweeklank.collect.text import PageError
from tweeklank.config import Config, Source
from tweeklank.store import Store
from tweeklank.store.articles import Change
from tweeklank.store.links import DueLink, Found
from tweeklank.store.pages import Validators
from tweeklank.store.sources import SourceState

log = logging.getLogger(__name__)

_MOST_SITEMAPS = 20


@dataclass
class SourceReport:
    """What one sync did with one source.

    ``left_out`` counts articles that were read and turned out not to be wanted. ``failures`` are
    sentences with address and cause; ``notices`` tell what went well, and should be looked at.
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
    left_out: int = 0
    not_modified: bool = False
    changed_layout: str | None = None
    rested: bool = False
    next_try: str = ""
    failures: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


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
        visits = [_Visit(source, config, client, store, progress) for source in config.sources]
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(visit.run(even_resting=even_resting)) for visit in visits]
        except ExceptionGroup as failures:
            # Pages and sources fail inside their visit; what comes out of one, such as a full disk, stops all.
            raise failures.exceptions[0] from None
        collected.sources = [task.result() for task in tasks]
        collected.requests, collected.bytes = client.requests, client.bytes
    return collected


_UNFINISHED = "+"  # after the rules that a listing was read by: older pages of it could not be had


class _UnwantedError(Exception):
    """An article that the source's rules leave out."""


class _Visit:
    """One source in one sync."""

    def __init__(self, source: Source, config: Config, client: Client, store: Store, progress: Progress) -> None:
        self.source, self.client, self.store, self.progress = source, client, store, progress
        self.most_new, self.enough = config.collect.max_articles, config.publication.entries
        self.report = SourceReport(source.id)
        self.unreadable: list[str] = []
        self.now = datetime.now(UTC)
        self.rules = _rules(source)
        self.settings = hashlib.sha256(repr(source).encode()).hexdigest()
        self._select: Mapping[str, str] | None = None

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
            except _UnwantedError:
                self.store.links.set_aside(link, self.now)
                self.report.left_out += 1
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
        kept = self.store.pages.kept(self._key(url))
        if kept and kept.body.rstrip(_UNFINISHED) != self.rules:
            self.store.links.reconsider(self.source.id, self.now)
        if self.source.listings:
            await self._follow_listings()
            return
        answer = await self._get_if_changed(url, discover.MOST_XML if self.source.sitemap else MOST_BYTES)
        if answer.not_modified:
            self.report.not_modified = True
            return
        try:
            if self.source.sitemap:
                await self._follow_sitemap(answer)
            else:
                self._show(await in_thread(discover.from_feed, answer.body, answer.url))
                self._remember(url, answer)
        except DiscoverError as error:
            raise await self._explained(error, answer.text) from error

    async def _explained(self, error: DiscoverError, text: str) -> PageError:
        """The error, or that the layout changed if the source did show articles before."""
        shown = len(self.store.links.known(self.source.id))
        changed = await in_thread(listing_changed, shown, str(error), text, self.source.article_links)
        return LayoutChangedError(changed) if changed else error

    async def _follow_listings(self) -> None:
        # What is known before the first of them: an article in two listings is no old one in the second.
        known, changed = self.store.links.known(self.source.id), 0
        failed: dict[str, FetchError | PageError] = {}
        for url in self.source.listings:
            try:
                answer = await self._get_if_changed(url)
                if not answer.not_modified:
                    changed += 1
                    await self._follow_listing(url, answer, known)
            except (FetchError, PageError) as error:
                failed[url] = error
        self.report.not_modified = not changed and not failed
        whole = failed.pop(self.source.url) if len(failed) == len(self.source.listings) else None
        for url, failure in failed.items():
            self._failed(url, failure)
        if whole:
            raise whole

    async def _follow_listing(self, url: str, answer: Answer, known: Set[str]) -> None:
        """The articles of a listing, and of its older pages while all is new. If one of these cannot be had,
        the next sync goes through them as if all were new."""
        kept = self.store.pages.kept(self._key(url))
        resumed = kept is not None and kept.body == self.rules + _UNFINISHED

        async def get(further: str) -> Answer:
            return await self.client.get(further, local=self.source.local)

        async def read_links(html: str, at: str) -> list[Found]:
            return await self._links_on(html, at, answer.url)

        reading = await read_listing(
            answer, get, read_links, Bounds(self.source.pages, self.enough, frozenset() if resumed else known)
        )
        self._show(reading.found.values())
        self._remember(url, answer)
        if reading.broken_off:
            self._failed(*reading.broken_off)
            self.store.pages.remember(self._key(url), self.now, body=self.rules + _UNFINISHED)

    async def _links_on(self, html: str, url: str, listing: str) -> list[Found]:
        selector = self.source.article_links
        try:
            return await in_thread(discover.from_listing, html, url, selector, listing)
        except DiscoverError as error:
            known = self.store.links.known(self.source.id) if selector and url == listing else set()
            mended = await in_thread(repair.links_without_selector, html, url, listing, known) if known else None
            if mended is None:
                raise (await self._explained(error, html) if url == listing else error) from error
        self._noticed(
            f"{url}: article_links = {selector!r} matches nothing any more; the links found without it are taken, "
            f"{mended.known} of {len(mended.found)} are known; take it out of the configuration, or correct it"
        )
        return mended.found

    def _show(self, found: Iterable[Found]) -> None:
        shown: dict[bool, list[Found]] = {True: [], False: []}
        for link in found:
            shown[is_wanted(self.source, link.url, link.title, link.dated)].append(link)
        self.store.links.remember(self.source.id, shown[True], self.now)
        self.store.links.leave(self.source.id, shown[False], self.now)

    def _noticed(self, notice: str) -> None:
        notice = tellable(notice)
        log.warning("%s: %s", self.source.id, notice)
        if notice not in self.report.notices:
            self.report.notices.append(notice)

    async def _follow_sitemap(self, answer: Answer) -> None:
        """The articles of a sitemap, or of the newest changed ones of those that an index names."""
        sitemap = await in_thread(discover.read_sitemap, answer.body, answer.url)
        pages, read, failed = list(sitemap.pages), [(self.source.url, answer)], False
        for further in sitemap.sitemaps[:_MOST_SITEMAPS]:
            try:
                part = await self._get_if_changed(further, discover.MOST_XML)
                if not part.not_modified:
                    pages += (await in_thread(discover.read_sitemap, part.body, part.url)).pages
                    read.append((further, part))
            except (FetchError, PageError) as error:
                self._failed(further, error)
                failed = True
        if pages or not sitemap.sitemaps:
            found = await in_thread(discover.news_pages, pages, self.source.article_links)
            self._show(found)
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
        found = await self._read(link, answer)
        kept_article = self.store.articles.keep(self.source.id, link.url, found, self.now)
        english = await publishers_english(self.client, self.source, found)
        change = kept_article.change
        if english is not None:
            in_english = self.store.articles.keep_english(
                kept_article.article, replace(english, topics=found.topics), self.now
            )
            change = Change.CHANGED if change is Change.UNCHANGED and in_english is not Change.UNCHANGED else change
        self.store.links.taken(link, kept_article.article, self.now)
        # An English version that was announced and could not be had is looked for at the next visit.
        complete = english is not None or not found.english_url
        pages.remember(link.url, self.now, answer.validators if complete else None, body=self.rules)
        self._count(change)

    async def _read(self, link: DueLink, answer: Answer) -> Article:
        source, mended = self.source, self._select
        try:
            found = await read_article(link.url, answer, source, source.select if mended is None else mended)
        except ExtractError:
            if mended is not None or not await self._mend_select(answer):
                raise
            found = await read_article(link.url, answer, source, self._select or {})
        if not link.known and not is_wanted(source, link.url, found.title, found.published):
            raise _UnwantedError
        by_rule = topics_by_rule(source, link.url, found.title, found.lead)
        topics = tuple(dict.fromkeys((*source.topics, *by_rule, *found.topics)))
        return replace(found, topics=topics, image=found.image and await self._weigh(found.image))

    async def _mend_select(self, answer: Answer) -> bool:
        """Leaves out selectors that match nothing any more, if a stored article reads as before without them."""
        select = self.source.select
        lost = await in_thread(repair.lost_parts, answer.text, select)
        if not lost:
            return False
        self._select = select
        rest = repair.without(select, lost)
        for entry in self.store.articles.newest(Language.NL, 1, self.source.id):
            try:
                page = await self.client.get(entry.original_url, local=self.source.local)
                if not repair.agrees(await read_article(entry.original_url, page, self.source, rest), entry.words):
                    continue
            except (FetchError, PageError):
                continue
            self._select = rest
            parts = " and ".join(f"select.{part} = {select[part]!r}" for part in lost)
            self._noticed(
                f"{answer.url}: {parts} matches nothing any more; the article is found without it, as "
                f"{entry.original_url} still reads as it is stored; take it out of the configuration, or correct it"
            )
        return self._select is rest

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


def _rules(source: Source) -> str:
    """A name for all that decides which articles a source gives and how they are read."""
    rules = (
        source.id, source.article_links, sorted(source.select.items()), source.english, source.listings, source.pages,
        source.include, source.exclude, source.since, sorted(source.topic_rules.items()),
    )  # fmt: skip
    return hashlib.sha256(repr(rules).encode()).hexdigest()
