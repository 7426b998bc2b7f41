"""One source in one sync: what it shows, and the articles behind it."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from tweeklank.article import Article, Image, Language
from tweeklank.collect import repair
from tweeklank.collect.choose import is_wanted, topics_by_rule
from tweeklank.collect.extract import ExtractError
from tweeklank.collect.http import Answer, Client, FetchError, GoneError, HostClosedError
from tweeklank.collect.language import DUTCH, declared_language, language_of
from tweeklank.collect.layout import ArticlesEvidence, LayoutChangedError, articles_changed
from tweeklank.collect.overview import Overview
from tweeklank.collect.pictures import shows_picture
from tweeklank.collect.reading import AstrayError, in_thread, publishers_english, read_article
from tweeklank.collect.report import Progress, SourceReport
from tweeklank.collect.text import PageError
from tweeklank.config import Config, Foreign, Source
from tweeklank.store import Store
from tweeklank.store.articles import Change
from tweeklank.store.links import DueLink
from tweeklank.store.sources import SourceState

log = logging.getLogger(__name__)
_COMPARED = 40  # articles; the site may have had another picture for itself before
_SEVERAL = 3  # other articles with the same picture; two may be about one thing


class _UnwantedError(Exception):
    """An article that the source's rules leave out, or its ``language``."""

    def __init__(self, language: str | None = None) -> None:
        super().__init__(language)
        self.language = language


class Visit:
    """A visit to a source. ``fits`` is asked, beside the source's rules, whether a new article is wanted: its link's
    address, and what was read there. ``reachable``: the source has shown that it is well otherwise."""

    def __init__(
        self,
        source: Source,
        config: Config,
        client: Client,
        store: Store,
        progress: Progress,
        fits: Callable[[str, Article], bool] = lambda *_: True,
    ) -> None:
        self.source, self.client, self.store, self.progress = source, client, store, progress
        self.most_new, self.withdraw_after = config.collect.max_articles, config.collect.withdraw_after
        self.foreign = config.collect.foreign
        self.report, self.now = SourceReport(source.id), datetime.now(UTC)
        self.overview = Overview(source, client, store, self.report, self.now, config.publication.entries)
        self.reachable = False
        self._fits = fits
        self._settings = hashlib.sha256(repr(source).encode()).hexdigest()
        self._visited = 0
        self._unreadable: list[str] = []
        self._select: Mapping[str, str] | None = None

    async def run(self, *, even_resting: bool) -> SourceReport:
        """Takes what is new, unless the source is to be left alone."""
        state = self.store.sources.state(self.source.id)
        if state.rests(self.now, self._settings) and not even_resting:
            self.report.rested = True
        else:
            state = await self._ask(state)
            self.store.sources.keep(state)
        self.report.next_try = state.next_try.isoformat(timespec="seconds") if state.next_try else ""
        self._tell(state)
        return self.report

    async def _ask(self, before: SourceState) -> SourceState:
        """Asks for what is new, takes it, and says how the source is now."""
        failure: FetchError | PageError | None = None
        try:
            await self.overview.look()
            self.reachable = True
        except (FetchError, PageError) as error:
            self.report.failed(self.source.url, error)
            failure = error
        if self.foreign is Foreign.PUBLISH:
            self.store.links.reconsider(self.source.id, self.now, Language.EN)
        await self.take(self.store.links.due(self.source.id, self.now, self.most_new))
        self._compare_articles()
        self.report.waiting = self.store.links.waiting(self.source.id)
        if failure is None:
            return before.succeeded(self.now, self._settings, news=self.report.news)
        asked_for = failure.asked_for if isinstance(failure, FetchError) else 0.0
        return before.failed(self.now, self._settings, str(failure), asked_for)

    async def take(self, due: Iterable[DueLink]) -> None:
        """Visits links, and stores the articles behind them."""
        links = list(due)
        total = self._visited + len(links)
        for link in links:
            self.progress(self.source.id, self._visited, total)
            self._visited += 1
            try:
                await self._take(link)
            except _UnwantedError as error:
                self._leave_out(link, error.language)
            except HostClosedError as error:
                # It is no failure of the page's.
                self.report.failed_once(self.source.url, error)
            except (GoneError, AstrayError) as error:
                self._missed(link, error)
            except (FetchError, PageError) as error:
                self.store.links.failed(link, self.now, answered=isinstance(error, PageError))
                self.report.failed(link.url, error)
                if isinstance(error, ExtractError):
                    self._unreadable.append(str(error))
        self.progress(self.source.id, total, total)

    def _leave_out(self, link: DueLink, language: str | None) -> None:
        if link.known:
            # The page of an article is in another language now: readers keep what it said.
            self.report.returned += self.store.links.taken(link, None, self.now)
        else:
            self.store.links.set_aside(link, self.now, language)
        if language is None:
            self.report.left_out += 1
        else:
            self.report.foreign += 1

    def _missed(self, link: DueLink, error: GoneError | AstrayError) -> None:
        """What is not there is a failure, unless it was: then it is news, for which it takes a few visits
        to a site that is well otherwise."""
        if not link.known:
            self.store.links.failed(link, self.now)
            self.report.failed(link.url, error)
            return
        log.info("%s: %s: %s", self.source.id, link.url, error)
        if not self.reachable:
            self.store.links.failed(link, self.now)
            return
        enough = 1 if isinstance(error, GoneError) and error.for_good else self.withdraw_after
        self.report.withdrawn += self.store.links.gone(link, self.now, enough)

    def _tell(self, state: SourceState) -> None:
        """One line in the log."""
        report = self.report
        rhythm = {"failures_in_a_row": state.failures, "next_try": report.next_try}
        if report.rested:
            log.info("source left alone", extra={"source": report.source, "last_error": state.last_error, **rhythm})
        else:
            counts = {"new": report.new, "changed": report.changed, "failed": len(report.failures)}
            log.info("source visited", extra={"source": report.source, **counts, **rhythm})

    def _compare_articles(self) -> None:
        """Looks whether the articles of now are read as well as those before."""
        read = self.report.new + self.report.copies + self.report.changed
        if not read and not self._unreadable:
            return
        lengths = tuple(self.store.articles.lengths(self.source.id, ArticlesEvidence.MOST))
        evidence = ArticlesEvidence(lengths, read, tuple(self._unreadable), self.source.select.get("body", ""))
        self.report.changed_layout = articles_changed(evidence)
        if self.report.changed_layout:
            self.report.failed(self.source.url, LayoutChangedError(self.report.changed_layout))

    async def _take(self, link: DueLink) -> None:
        known = self.overview.validators(link.url) if link.known else None
        answer = await self.client.get(link.url, local=self.source.local, validators=known)
        if answer.not_modified:
            self.report.returned += self.store.links.taken(link, None, self.now)
            self.report.unchanged += 1
            return
        found = await self._read(link, answer)
        if self.store.retention.is_forgotten((link.url, found.url), found.text_fingerprint()):
            self.store.links.remove(link)
            return
        kept_article = self.store.articles.keep(self.source.id, link.url, found, self.now)
        english = await publishers_english(self.client, self.source, found)
        change = kept_article.change
        if english is not None:
            in_english = self.store.articles.keep_english(
                kept_article.article, replace(english, topics=found.topics), self.now
            )
            change = Change.CHANGED if change is Change.UNCHANGED and in_english is not Change.UNCHANGED else change
        self.report.returned += self.store.links.taken(link, kept_article.article, self.now)
        # An English version that was announced and could not be had is looked for at the next visit.
        complete = english is not None or not found.english_url
        validators = answer.validators if complete else None
        self.store.pages.remember(link.url, self.now, validators, body=self.overview.rules)
        self._count(change)

    async def _read(self, link: DueLink, answer: Answer) -> Article:
        source, mended = self.source, self._select
        try:
            found = await read_article(link.url, answer, source, source.select if mended is None else mended)
        except AstrayError:
            raise
        except ExtractError:
            if mended is not None or not await self._mend_select(answer):
                raise
            found = await read_article(link.url, answer, source, self._select or {})
        wanted = is_wanted(source, link.url, found.title, found.published) and self._fits(link.url, found)
        if not link.known and not wanted:
            raise _UnwantedError
        found = await self._in_its_language(found, answer)
        by_rule = topics_by_rule(source, link.url, found.title, found.lead)
        topics = tuple(dict.fromkeys((*source.topics, *by_rule, *found.topics)))
        image = None if found.image is None or await self._is_sites(found.image, link, answer) else found.image
        return replace(found, topics=topics, image=image and await self._weigh(image))

    async def _in_its_language(self, found: Article, answer: Answer) -> Article:
        language = await in_thread(language_of, found, declared_language(answer.text))
        if language == DUTCH:
            return found
        if self.foreign is not Foreign.PUBLISH or language not in tuple(Language):
            raise _UnwantedError(language)
        return replace(found, language=Language(language), english_url="")

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
            self.report.noticed(
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
            case Change.COPY:
                self.report.copies += 1

    async def _is_sites(self, image: Image, link: DueLink, answer: Answer) -> bool:
        """Whether a picture is the site's own: several other articles have it too, and this page does not show it."""
        if self.source.select.get("image"):
            return False
        others = self.store.articles.pictures(self.source.id, link.url, _COMPARED)
        if others.count(image.url) < _SEVERAL:
            return False
        return not await in_thread(shows_picture, answer.text, answer.url, image.url)

    async def _weigh(self, image: Image) -> Image:
        """Adds what a feed must say of a picture: its type and length."""
        try:
            answer = await self.client.head(image.url, local=self.source.local)
        except FetchError:
            return image
        if not answer.media_type.startswith("image/"):
            return image
        return replace(image, media_type=answer.media_type, length=answer.length)
