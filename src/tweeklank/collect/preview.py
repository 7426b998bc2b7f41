"""What a source would give today: its links, and a few of its articles with the places that their parts stand in.

Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tweeklank.article import Article, address_key
from tweeklank.collect import discover, paging
from tweeklank.collect.choose import is_wanted, topics_by_rule
from tweeklank.collect.evidence import Evidence, explain
from tweeklank.collect.http import MOST_BYTES, Answer, Client, FetchError
from tweeklank.collect.layout import broken_in, unmatched
from tweeklank.collect.reading import in_thread, publishers_english, read_article
from tweeklank.collect.text import PageError
from tweeklank.config import Source
from tweeklank.store.links import Found


@dataclass(frozen=True)
class Place:
    """A listing, feed or sitemap: what it shows, where its next page is, or why it could not be read.

    ``answered``: the server did give something; ``broken``: the first part of ``article_links`` that nothing there
    matches, in words.
    """

    url: str
    found: tuple[Found, ...] = ()
    next_page: str = ""
    failure: str = ""
    answered: bool = True
    broken: str = ""


@dataclass(frozen=True)
class Sample:
    """One article as it would be taken; without ``article`` what stands in the way is the ``failure``.

    ``unmatched``: the parts whose selectors match nothing on its page, with what is missing there, in words.
    """

    url: str
    article: Article | None = None
    evidence: Evidence = field(default_factory=dict)
    english: Article | None = None
    unwanted: bool = False
    failure: str = ""
    unmatched: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Preview:
    """``wanted`` and ``left_out``: the links of all places, after the source's rules."""

    places: tuple[Place, ...]
    wanted: tuple[Found, ...]
    left_out: tuple[Found, ...]
    samples: tuple[Sample, ...]

    @property
    def failures(self) -> list[str]:
        parts: list[Place | Sample] = [*self.places, *self.samples]
        return [f"{part.url}: {part.failure}" for part in parts if part.failure]


async def preview(client: Client, source: Source, most: int = 3) -> Preview:
    """Reads what a sync of this source would read first, and its ``most`` newest articles."""
    places = [await _place(client, source, url) for url in source.listings or (source.url,)]
    found = {address_key(link.url): link for place in reversed(places) for link in reversed(place.found)}
    links = list(reversed(found.values()))
    wanted = [link for link in links if is_wanted(source, link.url, link.title, link.dated)]
    samples = [await sample(client, source, link.url) for link in wanted[:most]]
    return Preview(tuple(places), tuple(wanted), tuple(link for link in links if link not in wanted), tuple(samples))


async def sample(client: Client, source: Source, url: str) -> Sample:
    """One article of a source, with its evidence and the publisher's English version."""
    try:
        answer = await client.get(url, local=source.local)
        article = await read_article(url, answer, source, source.select)
        topics = (*source.topics, *topics_by_rule(source, url, article.title, article.lead), *article.topics)
        article = replace(article, topics=tuple(dict.fromkeys(topics)))
        evidence = await in_thread(explain, answer.text, article, source)
        lacking = await in_thread(unmatched, answer.text, source.select)
    except (FetchError, PageError) as error:
        return Sample(url, failure=str(error))
    english = await publishers_english(client, source, article)
    unwanted = not is_wanted(source, url, article.title, article.published)
    return Sample(url, article, evidence, english, unwanted, unmatched=lacking)


async def _place(client: Client, source: Source, url: str) -> Place:
    try:
        answer = await client.get(url, local=source.local, most=discover.MOST_XML if source.sitemap else MOST_BYTES)
        return await _read(client, source, url, answer)
    except FetchError as error:
        return Place(url, failure=str(error), answered=False)


async def _read(client: Client, source: Source, url: str, answer: Answer) -> Place:
    try:
        if source.sitemap:
            return Place(url, tuple(await pages_of_sitemap(client, source, answer)))
        if source.feed:
            return Place(url, tuple(await in_thread(discover.from_feed, answer.body, answer.url)))
        found = await in_thread(discover.from_listing, answer.text, answer.url, source.article_links)
        return Place(url, tuple(found), await in_thread(paging.next_page, answer.text, answer.url, 2))
    except PageError as error:
        return Place(url, failure=str(error), broken=await in_thread(broken_in, answer.text, source.article_links))


_MOST_SITEMAPS = 2


async def pages_of_sitemap(client: Client, source: Source, answer: Answer) -> list[Found]:
    """The articles of a sitemap, or of the first sitemaps of an index, those named after news first."""
    sitemap = await in_thread(discover.read_sitemap, answer.body, answer.url)
    pages = list(sitemap.pages)
    for further in sorted(sitemap.sitemaps, key=discover.is_news_sitemap, reverse=True)[:_MOST_SITEMAPS]:
        part = await client.get(further, local=source.local, most=discover.MOST_XML)
        pages += (await in_thread(discover.read_sitemap, part.body, part.url)).pages
    return list(await in_thread(discover.news_pages, pages, source.article_links))
