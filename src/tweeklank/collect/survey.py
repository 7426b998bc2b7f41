"""What is at an address: a feed, a sitemap or a listing; and which of those a source there should be.

Looked at, in this order and no further than needed: the page itself, the feeds that it names, the
usual addresses of feeds, and the site's sitemaps. Everything that was tried is told with its result.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import TypeGuard
from urllib.parse import urljoin

from bs4 import BeautifulSoup
from protego import Protego

from tweeklank.article import TweeklankError, address_key
from tweeklank.collect import discover, paging, signs
from tweeklank.collect.dates import AMSTERDAM
from tweeklank.collect.http import Answer, Client, FetchError
from tweeklank.collect.itemlist import listed_articles
from tweeklank.collect.network import NotPublicError
from tweeklank.collect.preview import pages_of_sitemap
from tweeklank.collect.reading import in_thread
from tweeklank.collect.text import PageError, joined, parse
from tweeklank.config import Source
from tweeklank.store.links import Found
from tweeklank.store.pages import Pages

_MOST_FEEDS = 3
_MOST_SITEMAPS = 3
_MOST_HINTS = 3
_ENOUGH = 3  # links that a listing has at least; fewer may be there by chance
_SAME = 0.5  # share of the shorter of two lists that the other must have to be of the same news
_STALE = timedelta(days=60)


class SurveyError(TweeklankError):
    """An address at which no source can be found. The message is a sentence with the address."""


class Kind(StrEnum):
    """What a source can be; the names of the keys in its block."""

    FEED = "feed"
    LISTING = "listing"
    SITEMAP = "sitemap"


@dataclass(frozen=True)
class Step:
    """Something that was looked at, and what was there."""

    what: str
    url: str
    result: str


@dataclass(frozen=True)
class Candidate:
    """A source that there could be, with its articles, newest first as far as the site says."""

    kind: Kind
    url: str
    found: tuple[Found, ...]
    title: str = ""

    @property
    def keys(self) -> set[str]:
        return {address_key(link.url) for link in self.found}

    @property
    def newest(self) -> datetime | None:
        """When the newest article appeared, in Amsterdam."""
        newest = max((link.dated for link in self.found if link.dated), default=None)
        return newest and newest.astimezone(AMSTERDAM)

    def describe(self) -> str:
        titled, dated = (
            sum(map(bool, values)) for values in zip(*((f.title, f.dated) for f in self.found), strict=True)
        )
        newest = f", the newest of {self.newest:%Y-%m-%d}" if self.newest else ""
        return f"{len(self.found)} articles, {titled} with a title, {dated} with a date{newest}"


@dataclass
class Survey:
    """What there is at ``url``. ``best`` is what a source should be, ``why`` a sentence; None: nothing fits."""

    url: str
    steps: list[Step] = field(default_factory=list)
    best: Candidate | None = None
    why: str = ""
    title: str = ""

    def tell(self, what: str, url: str, result: str) -> None:
        self.steps.append(Step(what, url, result))


async def survey(client: Client, pages: Pages, url: str, *, local: bool = False) -> Survey:
    """Finds out what a source at ``url`` should be. Raises SurveyError if the page cannot be had."""
    return await _Surveyor(client, pages, url, local).run()


class _Surveyor:
    def __init__(self, client: Client, pages: Pages, url: str, local: bool) -> None:
        self.client, self.pages, self.local = client, pages, local
        self.survey = Survey(url)

    async def run(self) -> Survey:
        asked = self.survey.url
        try:
            answer = await self.client.get(asked, local=self.local, most=discover.MOST_XML)
        except FetchError as error:
            raise SurveyError(_refusal(asked, error)) from error
        if answer.url != asked:
            self.survey.tell("redirect", asked, f"leads to {answer.url}")
        direct = await self._as_feed("page", answer) or await self._as_sitemap("page", answer, quietly=True)
        if direct:
            return self._chosen(direct, f"the address is that of a {direct.kind} itself")
        if "html" not in (answer.media_type or "html"):
            raise SurveyError(f"{asked}: is {answer.media_type}, neither a page nor a feed nor a sitemap.")
        return await self._page(answer)

    async def _page(self, answer: Answer) -> Survey:
        try:
            soup = await in_thread(parse, answer.text)
        except PageError as error:
            raise SurveyError(f"{answer.url}: {error}.") from error
        self.survey.title = signs.title_of(soup)
        listing = await self._listing(soup, answer)
        async for feed in self._feeds(soup, answer.url):
            doubt = _doubt(feed, listing)
            if not doubt:
                return self._chosen(feed, _why_feed(feed, listing))
            self.survey.tell("not taken", feed.url, doubt)
        if _convinces(listing) and not signs.is_article(soup) and signs.dated_or_filed([*listing.found], listing.url):
            return self._chosen(listing, "it lists its articles, and no feed gives the same")
        for target in signs.news_pages_of(soup, answer.url)[:_MOST_HINTS]:
            self.survey.tell("page called news", target, "perhaps what you mean; then add that address")
        sitemap = await self._sitemap(answer.url)
        if sitemap:
            return self._chosen(sitemap, "there is neither a feed nor a listing that is clearly one of articles")
        if listing:
            return self._chosen(
                listing, "there is nothing else; little says that its links are news, so look at them well"
            )
        self.survey.why = "no feed, no list of articles and no sitemap with news was found"
        return self.survey

    def _chosen(self, candidate: Candidate, why: str) -> Survey:
        self.survey.best, self.survey.why = candidate, why
        self.survey.title = self.survey.title or candidate.title
        return self.survey

    async def _listing(self, soup: BeautifulSoup, answer: Answer) -> Candidate | None:
        if signs.is_article(soup):
            self.survey.tell("page", answer.url, "says that it is an article itself")
        listed = await in_thread(listed_articles, soup)
        try:
            found = await in_thread(discover.from_listing, answer.text, answer.url)
        except PageError:
            self.survey.tell("page", answer.url, "a page without a list of links that look like articles")
            return None
        candidate = Candidate(Kind.LISTING, answer.url, tuple(found))
        self.survey.tell(
            "page", answer.url, f"a listing: {candidate.describe()}; {signs.look_of(soup, answer.url, found)}"
        )
        further = await in_thread(paging.next_page, answer.text, answer.url, 2)
        if further:
            self.survey.tell("next page", further, "older articles")
        if listed:
            named = {address_key(url) for item in listed if (url := joined(answer.url, item.url))}
            self.survey.tell(
                "JSON-LD",
                answer.url,
                f"a list of {len(listed)} for machines, {len(named & candidate.keys)} of them in the listing",
            )
        return candidate

    async def _feeds(self, soup: BeautifulSoup, url: str) -> AsyncIterator[Candidate]:
        """The feeds that the page names; only if there is none, the first at one of the usual addresses."""
        tried: set[str] = set()
        named = False
        for what, target in (*islice(signs.named_feeds(soup, url), _MOST_FEEDS), *signs.usual_feeds(url)):
            if address_key(target) in tried or (named and what == signs.USUAL):
                continue
            tried.add(address_key(target))
            feed = await self._try_feed(what, target)
            if feed:
                yield feed
                named = True

    async def _try_feed(self, what: str, url: str) -> Candidate | None:
        try:
            answer = await self.client.get(url, local=self.local)
        except FetchError as error:
            self.survey.tell(what, url, str(error))
            return None
        feed = await self._as_feed(what, answer)
        if feed is None:
            self.survey.tell(what, url, "no feed")
        return feed

    async def _as_feed(self, what: str, answer: Answer) -> Candidate | None:
        if not signs.looks_like_feed(answer.body):
            return None
        try:
            found = await in_thread(discover.from_feed, answer.body, answer.url)
        except PageError:
            return None
        candidate = Candidate(Kind.FEED, answer.url, tuple(found), await in_thread(discover.feed_title, answer.body))
        self.survey.tell(what, answer.url, f"a feed: {candidate.describe()}")
        return candidate

    async def _sitemap(self, url: str) -> Candidate | None:
        robots = self.pages.kept(urljoin(url, "/robots.txt"))
        named = [joined(url, target) for target in Protego.parse(robots.body).sitemaps] if robots else []
        targets = sorted(filter(None, named), key=discover.is_news_sitemap, reverse=True) or [
            urljoin(url, "/sitemap.xml")
        ]
        for target in targets[:_MOST_SITEMAPS]:
            what = "sitemap of robots.txt" if named else "usual sitemap address"
            try:
                answer = await self.client.get(target, local=self.local, most=discover.MOST_XML)
            except FetchError as error:
                self.survey.tell(what, target, str(error))
                continue
            found = await self._as_sitemap(what, answer)
            if found:
                return found
        return None

    async def _as_sitemap(self, what: str, answer: Answer, *, quietly: bool = False) -> Candidate | None:
        source = Source("survey", {}, sitemap=answer.url, local=self.local)
        try:
            found = await pages_of_sitemap(self.client, source, answer)
        except (PageError, FetchError) as error:
            if not quietly:
                self.survey.tell(what, answer.url, f"no sitemap with articles: {error}")
            return None
        candidate = Candidate(Kind.SITEMAP, answer.url, tuple(found))
        self.survey.tell(what, answer.url, f"a sitemap: {candidate.describe()}")
        return candidate


def _refusal(url: str, error: BaseException) -> str:
    """Why a page cannot be had, with the mend if it lives where only local sources do."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, NotPublicError):
            return f"{url}: {cause}; add --local if the source is meant to be there."
        cause = cause.__cause__
    return f"{url}: {error}."


def _convinces(listing: Candidate | None) -> TypeGuard[Candidate]:
    return listing is not None and len(listing.found) >= _ENOUGH


def _doubt(feed: Candidate, listing: Candidate | None) -> str:
    """Why a feed is not that of the page; nothing if it is, or if the page shows too little to tell."""
    if not _convinces(listing):
        return ""
    shared, least = len(feed.keys & listing.keys), min(len(feed.keys), len(listing.keys))
    if shared < _SAME * least:
        return f"the feed is about something else: {shared} of its {len(feed.found)} articles are in the listing"
    if feed.newest and listing.newest and listing.newest - feed.newest > _STALE:
        return f"the feed has fallen asleep: its newest article is of {feed.newest:%Y-%m-%d}"
    return ""


def _why_feed(feed: Candidate, listing: Candidate | None) -> str:
    if not _convinces(listing):
        return "a feed keeps its form when a site's layout changes"
    shared = len(feed.keys & listing.keys)
    return (
        f"{shared} of its {len(feed.found)} articles are in the listing too, and a feed keeps its form when a site's "
        "layout changes; its teasers do no harm, for articles are always fetched"
    )
