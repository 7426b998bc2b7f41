"""What is on the network: each source as a sync would find it, the clock, and the publication itself."""

from __future__ import annotations

import asyncio
import email.utils
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median
from urllib.parse import urlsplit

from tweeklank.check.finding import Finding, fine, problem, warning
from tweeklank.check.machine import is_example
from tweeklank.collect import discover
from tweeklank.collect.extract import extract
from tweeklank.collect.http import MOST_BYTES, Answer, Client, FetchError, Retries
from tweeklank.collect.layout import broken_part
from tweeklank.collect.text import PageError, parse, plain_text
from tweeklank.config import Config, Source
from tweeklank.store import open_store
from tweeklank.store.links import Found

_FURTHEST_OFF = timedelta(minutes=5)
_ONCE_MORE = Retries(attempts=2)


@dataclass
class _Look:
    """One round of the network. ``offsets``: seconds by which servers are ahead of the clock here."""

    client: Client
    offsets: list[float] = field(default_factory=list)

    async def get(self, url: str, *, local: bool, most: int = MOST_BYTES) -> Answer:
        answer = await self.client.get(url, local=local, most=most)
        try:
            said = email.utils.parsedate_to_datetime(answer.headers.get("date", ""))
            self.offsets.append((said.astimezone(UTC) - datetime.now(UTC)).total_seconds())
        except (ValueError, OverflowError):
            pass
        return answer


async def check_network(config: Config) -> list[Finding]:
    """Asks as politely as a sync does, and keeps nothing of what it is told."""
    with open_store("sqlite://") as nowhere:
        async with Client(config.collect, nowhere.pages, _ONCE_MORE) as client:
            look = _Look(client)
            found = await asyncio.gather(*(_source(look, source) for source in config.sources))
            base = await _base_url(look, config.publication.base_url)
    return [*(finding for findings in found for finding in findings), _clock(look.offsets), base]


async def _source(look: _Look, source: Source) -> list[Finding]:
    subject = f"source {source.id}"
    try:
        listing = await look.get(source.url, local=source.local, most=discover.MOST_XML)
        links = await _links(look, source, listing)
    except FetchError as error:
        mend = "look whether the address is right, and whether the site answers a browser"
        return [problem(subject, f"{source.url}: {error}", mend)]
    except PageError as error:
        return [problem(subject, f"{source.url}: {error}{_part(listing, source.article_links)}", _mend(source))]
    shown = fine(subject, f"{source.url} shows {len(links)} articles")
    return [shown, *await _article(look, source, links[0].url)]


async def _links(look: _Look, source: Source, listing: Answer) -> list[Found]:
    """The articles that a source shows; of a sitemap index those of its first sitemap with any."""
    if source.feed:
        return discover.from_feed(listing.body, listing.url)
    if source.listing:
        return discover.from_listing(listing.text, listing.url, source.article_links)
    sitemap = discover.read_sitemap(listing.body, listing.url)
    pages = list(sitemap.pages)
    for further in sitemap.sitemaps[:3]:
        if not pages:
            part = await look.get(further, local=source.local, most=discover.MOST_XML)
            pages += discover.read_sitemap(part.body, part.url).pages
    return discover.news_pages(pages, source.article_links)


async def _article(look: _Look, source: Source, url: str) -> list[Finding]:
    """Whether the newest article can be taken apart, by which selectors."""
    subject = f"article {source.id}"
    try:
        answer = await look.get(url, local=source.local)
        article = extract(answer.text, answer.url, source.select, english=source.english)
    except (FetchError, PageError) as error:
        mend = "look whether its page has changed, and name what it consists of in select"
        return [problem(subject, f"{url}: {error}", mend)]
    page = parse(answer.text)
    unmatched = [name for name, selector in source.select.items() if page.select_one(selector) is None]
    found = [fine(subject, f"{article.title!r} has {len(plain_text(article.body))} characters")]
    for name in unmatched:
        cause = f"{url}: nothing matches select.{name} = {source.select[name]!r}{_part(answer, source.select[name])}"
        found.append(warning(subject, cause, "some articles may do without; else mend the selector"))
    return found


def _part(answer: Answer, selector: str) -> str:
    try:
        part = broken_part(parse(answer.text), selector) if selector else ""
    except PageError:
        part = ""
    return f" ({part})" if part else ""


def _mend(source: Source) -> str:
    if source.listing:
        return "look at the page, and name its links in article_links"
    return f"look whether the address still is that of a {'feed' if source.feed else 'sitemap'}"


def _clock(offsets: list[float]) -> Finding:
    if not offsets:
        return warning("clock", "no server has told the time", "look at the sources above")
    off = median(offsets)
    if abs(off) > _FURTHEST_OFF.total_seconds():
        way = "behind" if off > 0 else "ahead of"
        cause = f"this machine is {abs(off) / 60:.0f} minutes {way} the servers of the sources"
        return problem("clock", cause, "set the clock, or let NTP do it")
    return fine("clock", "agrees with the servers of the sources")


async def _base_url(look: _Look, base_url: str) -> Finding:
    if is_example(urlsplit(base_url).hostname or ""):
        mend = "set publication.base_url to where the output folder can be reached"
        return warning("base_url", f"{base_url} is an example", mend)
    try:
        # One's own publication may well stand in one's own network.
        await look.get(base_url, local=True)
    except FetchError as error:
        mend = "look whether the web server runs and serves the output folder there"
        return warning("base_url", f"{base_url}: {error}", mend)
    return fine("base_url", f"{base_url} can be reached")
