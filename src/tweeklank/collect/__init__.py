"""The first step: from covenant sites to stored articles."""

from __future__ import annotations

import asyncio

from tweeklank.collect.archive import Archive, Backfill
from tweeklank.collect.http import Client, Retries
from tweeklank.collect.report import Collected, Progress, SourceReport
from tweeklank.collect.visit import Visit
from tweeklank.config import Config
from tweeklank.store import Store

__all__ = ["Backfill", "Collected", "Progress", "SourceReport", "collect", "collect_archive"]


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
        visits = [Visit(source, config, client, store, progress) for source in config.sources]
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(visit.run(even_resting=even_resting)) for visit in visits]
        except ExceptionGroup as failures:
            # Pages and sources fail inside their visit; what comes out of one, such as a full disk, stops all.
            raise failures.exceptions[0] from None
        collected.sources = [task.result() for task in tasks]
        collected.requests, collected.bytes = client.requests, client.bytes
    return collected


async def collect_archive(
    config: Config,
    store: Store,
    wanted: Backfill,
    progress: Progress = lambda *_: None,
    retries: Retries | None = None,
) -> Collected:
    """Visits one source, and all that its listing, feed or sitemap leads back to (see ``archive``).

    Raises ConfigError if there is no such source.
    """
    source = config.source(wanted.source)
    async with Client(config.collect, store.pages, retries) as client:
        report = await Archive(source, config, client, store, progress, wanted.since).read_back()
        return Collected([report], client.requests, client.bytes)
