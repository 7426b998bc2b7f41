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
from tweeklank.collect import Collected, collect
from tweeklank.config import Config
from tweeklank.publish import Published, publish
from tweeklank.store import Store, open_store
from tweeklank.store.open import sqlite_file
from tweeklank.translate import Translated, translate


class LockedError(TweeklankError):
    """Another sync is working on the same store."""


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
            "translated": asdict(self.translated),
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
    with _alone(config), open_store(config.store_url) as store:
        run, summary = store.runs.begin(datetime.now(UTC)), Summary()
        summary.collected = asyncio.run(collect(config, store, watcher.collecting))
        summary.failures += summary.collected.failures
        _translate(config, store, watcher, summary)
        summary.published = publish(config, store)
        summary.seconds = time.monotonic() - started
        store.runs.end(run, datetime.now(UTC), summary.as_dict())
    return summary


def _translate(config: Config, store: Store, watcher: Watcher, summary: Summary) -> None:
    """Without a working model what is there is published all the same."""
    try:
        summary.translated = translate(config, store, watcher.translating)
    except TweeklankError as error:
        summary.failures.append(str(error))


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
