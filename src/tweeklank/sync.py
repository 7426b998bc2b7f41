"""The whole pipeline: collect → translate → publish.

Each step reads what it needs from the store and writes what it made to the store, so that it can
fail, be interrupted and be repeated by itself.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from filelock import FileLock, Timeout
from structlog.contextvars import bound_contextvars

from tweeklank.alert import tell
from tweeklank.article import TweeklankError
from tweeklank.collect import Collected, collect
from tweeklank.config import Config, ConfigError
from tweeklank.problems import find
from tweeklank.publish import Published, PublishError, publish
from tweeklank.publish.status import publish_status
from tweeklank.publish.websub import announce, changed_feeds
from tweeklank.store import Store, open_store
from tweeklank.store.corrections import Corrected, Provenance
from tweeklank.store.open import sqlite_file
from tweeklank.translate import Translated, retranslate, translate
from tweeklank.translate.corrections import read_corrections

log = logging.getLogger(__name__)


class LockedError(TweeklankError):
    """Another sync is working on the same store."""


@dataclass
class Summary:
    """What a sync did. ``failures`` are sentences; with any of them the sync was not all well.

    ``problems`` counts what is wrong after it, some of it perhaps since long; ``undelivered`` tells
    which alerts did not get through, which is no failure of the sync.
    """

    collected: Collected = field(default_factory=Collected)
    translated: Translated = field(default_factory=Translated)
    published: Published = field(default_factory=lambda: Published(0, 0, ()))
    failures: list[str] = field(default_factory=list)
    problems: int = 0
    undelivered: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def idle(self) -> bool:
        """Nothing new was found, translated or written."""
        changed = any(source.news for source in self.collected.sources)
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
            "problems": self.problems,
            "undelivered": self.undelivered,
            "seconds": round(self.seconds, 2),
        }


class Watcher(Protocol):
    """Who is told how far a sync is."""

    def collecting(self, source: str, done: int, total: int) -> None: ...
    def translating(self, done: int, total: int) -> None: ...


def sync(config: Config, watcher: Watcher, *, even_resting: bool = False) -> Summary:
    """One sync. ``even_resting``: asks also the sources that are left alone for now (see collect).

    Raises LockedError, StoreError and PublishError; lesser failures stand in the summary.
    """
    with _alone_with_store(config) as store:
        run, summary, started = store.runs.begin(datetime.now(UTC)), Summary(), time.monotonic()
        with bound_contextvars(run=run):
            try:
                _take_steps(config, store, watcher, summary, even_resting=even_resting)
            except PublishError as error:
                summary.failures.append(str(error))
                _end(config, store, run, summary, started)
                raise
            _end(config, store, run, summary, started)
    return summary


def _take_steps(config: Config, store: Store, watcher: Watcher, summary: Summary, *, even_resting: bool) -> None:
    """Each step in turn, noting in the summary what it did."""
    summary.collected = asyncio.run(collect(config, store, watcher.collecting, even_resting=even_resting))
    summary.failures += summary.collected.failures
    untranslated = ""
    # Without a working model what is there is published all the same.
    try:
        summary.translated = translate(config, store, watcher.translating)
    except TweeklankError as error:
        untranslated = str(error)
        summary.failures.append(untranslated)
        log.warning("%s", error)
    summary.published = publish(config, store)
    unannounced = announce(config, summary.published)
    for failure in unannounced:
        summary.failures.append(failure)
        log.warning("%s", failure)
    hub = " ".join(unannounced) if changed_feeds(config, summary.published) else None
    found = find(config, store, summary.collected.sources, untranslated, hub)
    store.problems.record(found.wrong, found.fine, datetime.now(UTC))
    summary.published = summary.published.with_more(publish_status(config, store))


def _end(config: Config, store: Store, run: int, summary: Summary, started: float) -> None:
    """Enters the run in the record, and tells the log and whoever is to be alerted."""
    problems = store.problems.open()
    summary.problems, summary.seconds = len(problems), time.monotonic() - started
    _tell(summary)
    store.runs.end(run, datetime.now(UTC), summary.as_dict())
    summary.undelivered = tell(config, store, [problem.text for problem in problems] or summary.failures)
    if summary.undelivered:
        store.runs.end(run, datetime.now(UTC), summary.as_dict())


def _tell(summary: Summary) -> None:
    """One line in the log; failures have theirs already."""
    sources = summary.collected.sources
    counts = {
        "sources": len(sources),
        "left_alone": sum(source.rested for source in sources),
        "new": sum(source.new for source in sources),
        "changed": sum(source.changed for source in sources),
        "translated": summary.translated.articles,
        "written": summary.published.written,
        "failures": len(summary.failures),
        "seconds": round(summary.seconds, 2),
    }
    log.info("synced", extra=counts)


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


def at_work(config: Config) -> bool:
    """Whether a sync is at work on the store now."""
    try:
        with alone(config):
            return False
    except LockedError:
        return True
    except OSError:
        # Someone who may not take the lock cannot tell.
        return False


@contextmanager
def _alone_with_store(config: Config) -> Iterator[Store]:
    with alone(config), open_store(config.store_url) as store:
        yield store


@contextmanager
def alone(config: Config) -> Iterator[None]:
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
