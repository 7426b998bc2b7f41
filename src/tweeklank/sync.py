"""The whole pipeline: collect → translate → publish.

Each step reads what it needs from the store and writes what it made to the store, so that it can
fail, be interrupted and be repeated by itself.
"""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from filelock import FileLock, Timeout

from tweeklank.article import TweeklankError
from tweeklank.collect import Collected, collect, collect_archive
from tweeklank.collect.archive import Backfill
from tweeklank.config import Config, ConfigError
from tweeklank.publish import Published, publish
from tweeklank.publish.websub import announce
from tweeklank.store import Store, open_store
from tweeklank.store.corrections import Corrected, Provenance
from tweeklank.store.open import sqlite_file
from tweeklank.translate import Translated, retranslate, translate
from tweeklank.translate.corrections import read_corrections


class LockedError(TweeklankError):
    """Another sync is working on the same store."""


class UnknownArticleError(TweeklankError):
    """No article was ever known under an address."""


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
        changed = any(one.new or one.changed or one.withdrawn or one.returned for one in self.collected.sources)
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


def sync(config: Config, watcher: Watcher, archive: Backfill | None = None) -> Summary:
    """One sync, or with ``archive`` one of all that a source published before instead of what is new.

    Raises LockedError, StoreError and PublishError; lesser failures stand in the summary.
    """
    started = time.monotonic()
    if archive is not None:
        _must_be_source(config, archive.source)
    with _alone_with_store(config) as store:
        run, summary = store.runs.begin(datetime.now(UTC)), Summary()
        if archive is None:
            summary.collected = asyncio.run(collect(config, store, watcher.collecting))
        else:
            summary.collected = asyncio.run(collect_archive(config, store, archive, watcher.collecting))
        summary.failures += summary.collected.failures
        # Without a working model what is there is published all the same.
        try:
            summary.translated = translate(config, store, watcher.translating)
        except TweeklankError as error:
            summary.failures.append(str(error))
        summary.published = publish(config, store)
        summary.failures += announce(config, summary.published)
        summary.seconds = time.monotonic() - started
        store.runs.end(run, datetime.now(UTC), summary.as_dict())
    return summary


def translate_again(config: Config, source: str | None, watcher: Watcher) -> Summary:
    """Translates what is there once more, or that of one source, and publishes it. Raises TweeklankError."""
    started = time.monotonic()
    if source is not None:
        _must_be_source(config, source)
    with _alone_with_store(config) as store:
        summary = Summary(translated=retranslate(config, store, source, watcher.translating))
        summary.published = publish(config, store)
        summary.failures += announce(config, summary.published)
        summary.seconds = time.monotonic() - started
    return summary


def article_at(config: Config, url: str) -> str:
    """The title of the article at an address, its publisher's or one here; empty if it is forgotten.

    Raises UnknownArticleError.
    """
    with open_store(config.store_url) as store:
        return store.forgetting.title(_article(store, url))


def forget_article(config: Config, url: str) -> list[str]:
    """Deletes an article and all that was made of it, from the store and the output folder.

    Done again it completes what was interrupted. Returns what failed, in sentences. Raises
    UnknownArticleError, LockedError, StoreError and PublishError.
    """
    with _alone_with_store(config) as store:
        store.forgetting.forget(_article(store, url), datetime.now(UTC))
        failures = announce(config, publish(config, store))
        if not store.forgetting.scrub():
            failures.append(
                f"{config.store_url}: another program keeps the store open, so its files may still hold the "
                "deleted words; end that program and run the same command again."
            )
    return failures


def _article(store: Store, url: str) -> int:
    article = store.forgetting.find(url)
    if article is None:
        raise UnknownArticleError(f"{url}: no article was ever collected from there, and it is no article's page here.")
    return article


def _must_be_source(config: Config, source: str) -> None:
    known = [one.id for one in config.sources]
    if source not in known:
        raise ConfigError(f"{config.path}: there is no source {source!r}; known are: {', '.join(known)}.")


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
    with _alone(config), open_store(config.store_url) as store:
        yield store


@contextmanager
def _alone(config: Config) -> Iterator[None]:
    """Holds the lock beside the store; the system releases it even if the process is killed."""
    file = sqlite_file(config.store_url)
    if file is None:
        name = hashlib.sha256(config.store_url.encode()).hexdigest()[:16]
        file = Path(tempfile.gettempdir()) / f"tweeklank-{name}"
    lock = FileLock(f"{file}.lock")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with lock.acquire(timeout=0):
            yield
    except Timeout:
        raise LockedError(f"another sync is at work on {file}; wait for it to end.") from None
