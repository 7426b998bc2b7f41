"""The whole pipeline: collect → translate → publish.

Each step reads what it needs from the store and writes what it made to the store, so that it can
fail, be interrupted and be repeated by itself.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from tweeklank.article import TweeklankError
from tweeklank.collect import Backfill, collect, collect_archive
from tweeklank.config import Config
from tweeklank.problems import find
from tweeklank.publish import publish
from tweeklank.publish.status import publish_status
from tweeklank.publish.websub import announce, changed_feeds
from tweeklank.record import recorded
from tweeklank.store import Store, open_store
from tweeklank.store.corrections import Corrected, Provenance
from tweeklank.store.lock import alone
from tweeklank.summary import Summary
from tweeklank.translate import retranslate, translate
from tweeklank.translate.corrections import read_corrections
from tweeklank.workers import hand_out

log = logging.getLogger(__name__)


class Watcher(Protocol):
    """Who is told how far a sync is."""

    def collecting(self, source: str, done: int, total: int) -> None: ...
    def translating(self, done: int, total: int) -> None: ...


def sync(config: Config, watcher: Watcher, *, even_resting: bool = False) -> Summary:
    """One sync. ``even_resting``: asks also the sources that are left alone for now (see collect).

    Raises LockedError, StoreError and PublishError; lesser failures stand in the summary.
    """
    take_in = _by_workers if config.workers.enabled else _here
    with _alone_with_store(config) as store, recorded(config, store) as summary:
        take_in(config, store, watcher, summary, even_resting=even_resting)
        _give_out(config, store, summary)
    return summary


def backfill(config: Config, watcher: Watcher, archive: Backfill) -> Summary:
    """A sync of what a source published before, instead of what is new; in this process, for it is one source.

    Raises ConfigError if there is no such source, and what ``sync`` raises.
    """
    config.source(archive.source)  # A mistake is told before anything is opened.
    with _alone_with_store(config) as store, recorded(config, store) as summary:
        summary.collected = asyncio.run(collect_archive(config, store, archive, watcher.collecting))
        _translate(config, store, watcher, summary)
        _give_out(config, store, summary)
    return summary


def _here(config: Config, store: Store, watcher: Watcher, summary: Summary, *, even_resting: bool) -> None:
    """Collects and translates in this process."""
    summary.collected = asyncio.run(collect(config, store, watcher.collecting, even_resting=even_resting))
    _translate(config, store, watcher, summary)


def _translate(config: Config, store: Store, watcher: Watcher, summary: Summary) -> None:
    """Adds what failed; without a working model what is there is published all the same."""
    summary.failures += summary.collected.failures
    try:
        summary.translated = translate(config, store, watcher.translating)
    except TweeklankError as error:
        summary.untranslated = str(error)
        summary.failures.append(summary.untranslated)
        log.warning("%s", error)


def _by_workers(config: Config, store: Store, watcher: Watcher, summary: Summary, *, even_resting: bool) -> None:
    """What workers leave undone is for the next sync; what is there is published all the same."""
    spread = hand_out(config, store, watcher.collecting, watcher.translating, even_resting=even_resting)
    summary.collected, summary.translated = spread.collected, spread.translated
    summary.untranslated = " ".join(spread.failures)
    summary.failures += summary.collected.failures + spread.failures


def _give_out(config: Config, store: Store, summary: Summary) -> None:
    summary.published = publish(config, store)
    _announce(config, summary)
    _note_problems(config, store, summary)


def _announce(config: Config, summary: Summary) -> None:
    unannounced = announce(config, summary.published)
    summary.unannounced = " ".join(unannounced)
    for failure in unannounced:
        summary.failures.append(failure)
        log.warning("%s", failure)


def _note_problems(config: Config, store: Store, summary: Summary) -> None:
    """Keeps, and publishes, what this sync has shown to be wrong or to be right again."""
    # If no feed changed, the hub was not asked, and nothing is known of it.
    hub = summary.unannounced if changed_feeds(config, summary.published) else None
    found = find(config, store, summary.collected.sources, summary.untranslated, hub)
    store.problems.record(found.wrong, found.fine, datetime.now(UTC))
    summary.published = summary.published.with_more(publish_status(config, store))


def translate_again(config: Config, source: str | None, watcher: Watcher) -> Summary:
    """Translates what is there once more, or that of one source, and publishes it. Raises TweeklankError."""
    started = time.monotonic()
    if source is not None:
        config.source(source)
    with _alone_with_store(config) as store:
        summary = Summary(translated=retranslate(config, store, source, watcher.translating))
        summary.published = publish(config, store)
        _announce(config, summary)
        summary.seconds = time.monotonic() - started
    return summary


def import_corrections(config: Config, file: Path) -> tuple[Corrected, list[int]]:
    """Stores the corrections of a TSV or TMX file; the next sync redoes what they are about.

    Also returns the lines of what was left out for not being one sentence. Raises TweeklankError.
    """
    read = read_corrections(file)
    with _alone_with_store(config) as store:
        kept = store.corrections.keep(read.pairs, Provenance.IMPORTED, file.name, datetime.now(UTC))
    return kept, read.left_out


@contextmanager
def _alone_with_store(config: Config) -> Iterator[Store]:
    with alone(config.store_url), open_store(config.store_url) as store:
        yield store
