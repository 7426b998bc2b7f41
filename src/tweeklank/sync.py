"""The whole pipeline: collect → translate → publish.

Each step reads what it needs from the store and writes what it made to the store, so that it can
fail, be interrupted and be repeated by itself.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from tweeklank.article import TweeklankError
from tweeklank.collect import Collected, collect
from tweeklank.config import Config, ConfigError
from tweeklank.publish import Published, publish
from tweeklank.publish.websub import announce
from tweeklank.store import Store, open_store
from tweeklank.store.corrections import Corrected, Provenance
from tweeklank.store.lock import alone
from tweeklank.translate import Translated, retranslate, translate
from tweeklank.translate.corrections import read_corrections
from tweeklank.workers import hand_out


@dataclass
class Summary:
    """What a sync did. ``failures`` are sentences; with any of them the sync was not all well."""

    collected: Collected = field(default_factory=Collected)
    translated: Translated = field(default_factory=Translated)
    published: Published = field(default_factory=lambda: Published(0, 0, ()))
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def idle(self) -> bool:
        """Nothing new was found, translated or written."""
        changed = any(source.new or source.changed for source in self.collected.sources)
        return not (changed or self.translated.articles or self.published.written or self.failures)

    def as_dict(self) -> dict[str, Any]:
        """The summary in types that JSON has."""
        return {
            "sources": [asdict(source) for source in self.collected.sources],
            "requests": self.collected.requests,
            "bytes": self.collected.bytes,
            "translated": {**asdict(self.translated), "hit_rate": round(self.translated.hit_rate, 3)},
            "needs_review": self.published.needs_review,
            "held_back": self.published.held_back,
            "files": {"written": self.published.written, "unchanged": self.published.unchanged},
            "failures": self.failures,
            "seconds": round(self.seconds, 2),
        }


class Watcher(Protocol):
    """Who is told how far a sync is."""

    def collecting(self, source: str, done: int, total: int) -> None: ...
    def translating(self, done: int, total: int) -> None: ...


def sync(config: Config, watcher: Watcher) -> Summary:
    """One sync. Raises LockedError, StoreError and PublishError; lesser failures stand in the summary."""
    started = time.monotonic()
    with _alone_with_store(config) as store:
        run, summary = store.runs.begin(datetime.now(UTC)), Summary()
        if config.workers.enabled:
            _by_workers(config, store, watcher, summary)
        else:
            _here(config, store, watcher, summary)
        summary.published = publish(config, store)
        summary.failures += announce(config, summary.published)
        summary.seconds = time.monotonic() - started
        store.runs.end(run, datetime.now(UTC), summary.as_dict())
    return summary


def _here(config: Config, store: Store, watcher: Watcher, summary: Summary) -> None:
    summary.collected = asyncio.run(collect(config, store, watcher.collecting))
    summary.failures += summary.collected.failures
    # Without a working model what is there is published all the same.
    try:
        summary.translated = translate(config, store, watcher.translating)
    except TweeklankError as error:
        summary.failures.append(str(error))


def _by_workers(config: Config, store: Store, watcher: Watcher, summary: Summary) -> None:
    """What workers leave undone is for the next sync; what is there is published all the same."""
    spread = hand_out(config, store, watcher.collecting, watcher.translating)
    summary.collected, summary.translated = spread.collected, spread.translated
    summary.failures += summary.collected.failures + spread.failures


def translate_again(config: Config, source: str | None, watcher: Watcher) -> Summary:
    """Translates what is there once more, or that of one source, and publishes it. Raises TweeklankError."""
    started, known = time.monotonic(), [one.id for one in config.sources]
    if source is not None and source not in known:
        raise ConfigError(f"{config.path}: there is no source {source!r}; known are: {', '.join(known)}.")
    with _alone_with_store(config) as store:
        summary = Summary(translated=retranslate(config, store, source, watcher.translating))
        summary.published = publish(config, store)
        summary.failures += announce(config, summary.published)
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
