"""What is on the network: each source as a sync would find it, the clock, and the publication itself."""

from __future__ import annotations

import asyncio
import email.utils
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median
from urllib.parse import urlsplit

from tweeklank.check.finding import Finding, fine, problem, warning
from tweeklank.check.machine import is_example
from tweeklank.collect.http import Answer, Client, FetchError
from tweeklank.collect.preview import Place, Preview, Sample, preview
from tweeklank.collect.text import plain_text
from tweeklank.config import Config, Source
from tweeklank.sources import visiting

_FURTHEST_OFF = timedelta(minutes=5)


async def check_network(config: Config) -> list[Finding]:
    """Asks as politely as a sync does, and keeps nothing of what it is told."""
    offsets: list[float] = []

    def note_time(answer: Answer) -> None:
        """Adds the seconds by which a server is ahead of the clock here."""
        try:
            said = email.utils.parsedate_to_datetime(answer.headers.get("date", ""))
            offsets.append((said.astimezone(UTC) - datetime.now(UTC)).total_seconds())
        except (ValueError, OverflowError):
            pass

    async with visiting(config, note_time) as (client, _):
        previews = await asyncio.gather(*(preview(client, source, most=1) for source in config.sources))
        base = await _base_url(client, config.publication.base_url)
    tried = zip(config.sources, previews, strict=True)
    return [*(finding for source, seen in tried for finding in _source(source, seen)), _clock(offsets), base]


def _source(source: Source, seen: Preview) -> Iterator[Finding]:
    """Each listing, feed or sitemap that fails, what the others show, and how the newest wanted article is read."""
    subject = f"source {source.id}"
    yield from (_failed(source, place) for place in seen.places if place.failure)
    well = [place for place in seen.places if not place.failure]
    if not well:
        return
    shown = " and ".join(f"{place.url} shows {len(place.found)} articles" for place in well)
    if seen.left_out:
        shown += f"; left out by include, exclude and since: {len(seen.left_out)}"
    if seen.wanted:
        yield fine(subject, shown)
    else:
        yield warning(subject, f"{shown}; none is left", "look whether these rules are as they are meant")
    for sample in seen.samples:
        yield from _article(source, sample)


def _failed(source: Source, place: Place) -> Finding:
    mend = (
        _mend(source) if place.answered else "look whether the address is right, and whether the site answers a browser"
    )
    return problem(f"source {source.id}", f"{place.url}: {place.failure}{_part(place.broken)}", mend)


def _article(source: Source, sample: Sample) -> Iterator[Finding]:
    """Whether an article can be taken apart, by which selectors."""
    subject = f"article {source.id}"
    if sample.article is None:
        mend = "look whether its page has changed, and name what it consists of in select"
        yield problem(subject, f"{sample.url}: {sample.failure}", mend)
        return
    left_out = "; it is left out by include, exclude and since" if sample.unwanted else ""
    yield fine(subject, f"{sample.article.title!r} has {len(plain_text(sample.article.body))} characters{left_out}")
    for name, broken in sample.unmatched.items():
        cause = f"{sample.url}: nothing matches select.{name} = {source.select[name]!r}{_part(broken)}"
        yield warning(subject, cause, "some articles may do without; else mend the selector")


def _part(broken: str) -> str:
    return f" ({broken})" if broken else ""


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


async def _base_url(client: Client, base_url: str) -> Finding:
    if is_example(urlsplit(base_url).hostname or ""):
        mend = "set publication.base_url to where the output folder can be reached"
        return warning("base_url", f"{base_url} is an example", mend)
    try:
        # One's own publication may well stand in one's own network.
        await client.get(base_url, local=True)
    except FetchError as error:
        mend = "look whether the web server runs and serves the output folder there"
        return warning("base_url", f"{base_url}: {error}", mend)
    return fine("base_url", f"{base_url} can be reached")
