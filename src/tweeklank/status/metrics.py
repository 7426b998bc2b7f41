"""The facts as metrics for Prometheus: for a scrape, and as a file for node_exporter's textfile collector.

Moments are given as they are, in seconds since 1970, and not as ages: an age would stand still with the
file that tells it.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, Info, generate_latest, write_to_textfile

from tweeklank.article import TweeklankError
from tweeklank.config import Config
from tweeklank.status.facts import Ending, Facts, SourceFacts, gather
from tweeklank.store import StoreError, read_store

log = logging.getLogger(__name__)


class MetricsError(TweeklankError):
    """The metrics cannot be written."""


def write_metrics(facts: Facts, file: Path) -> None:
    """Replaces the file in one step. Raises MetricsError."""
    try:
        write_to_textfile(str(file), registry(facts))
    except OSError as error:
        reason = error.strerror or str(error)
        raise MetricsError(f"{file}: cannot be written ({reason}); name a place that can with --metrics.") from None


def exposition(config: Config) -> str:
    """The metrics of now; without a store that can be read there are none."""
    try:
        with read_store(config.store_url) as store:
            facts = gather(config, store, datetime.now(UTC))
    except StoreError as error:
        log.info("no metrics of syncs: %s", error)
        return ""
    return generate_latest(registry(facts)).decode()


def registry(facts: Facts) -> CollectorRegistry:
    """Everything as gauges; what is unknown or has never been is left out."""
    made = CollectorRegistry()
    _syncs(facts, made)
    _sources(facts.sources, made)
    counts = {
        "tweeklank_problems": ("What is wrong now.", len(facts.problems)),
        "tweeklank_translations": ("Articles translated by a machine.", facts.translations.made),
        "tweeklank_translations_waiting": ("Articles that wait for their English.", facts.translations.waiting),
        "tweeklank_translations_partly_dutch": ("Those with sentences in Dutch.", facts.translations.partly_dutch),
        "tweeklank_translations_needing_review": ("Those with too many.", facts.translations.needing_review),
        "tweeklank_disk_free_bytes": ("Free where the store and the feeds are.", facts.free_bytes),
        "tweeklank_store_bytes": ("Size of the store.", facts.store_bytes),
    }
    for name, (what, value) in counts.items():
        if value is not None:
            Gauge(name, what, registry=made).set(value)
    changed = Gauge("tweeklank_feed_changed_timestamp_seconds", "Last change.", ["feed"], registry=made)
    for feed in facts.feeds:
        changed.labels(feed.path).set(feed.changed.timestamp())
    if facts.model:
        model = {"name": facts.model.name, "version": facts.model.version, "builtin": str(facts.model.builtin).lower()}
        Info("tweeklank_model", "The model that translates.", registry=made).info(model)
    return made


def _syncs(facts: Facts, made: CollectorRegistry) -> None:
    last = facts.last_ended
    if last is None or last.seconds is None:
        return
    ended = last.started.timestamp() + last.seconds
    Gauge("tweeklank_last_sync_timestamp_seconds", "End of the last sync.", registry=made).set(ended)
    Gauge("tweeklank_last_sync_duration_seconds", "How long it took.", registry=made).set(last.seconds)
    Gauge("tweeklank_last_sync_ok", "Whether it went well.", registry=made).set(last.ended is Ending.WELL)


def _sources(sources: tuple[SourceFacts, ...], made: CollectorRegistry) -> None:
    def gauge(name: str, what: str) -> Gauge:
        return Gauge(f"tweeklank_source_{name}", what, ["source"], registry=made)

    articles, waiting = gauge("articles", "Articles stored."), gauge("waiting_links", "Links not taken yet.")
    failures = gauge("failures", "Failures in a row.")
    success = gauge("last_success_timestamp_seconds", "Last visit that went well.")
    news = gauge("last_news_timestamp_seconds", "Last visit with news.")
    for source in sources:
        articles.labels(source.id).set(source.articles)
        waiting.labels(source.id).set(source.waiting)
        failures.labels(source.id).set(source.failures)
        for moments, moment in ((success, source.last_success), (news, source.last_news)):
            if moment:
                moments.labels(source.id).set(moment.timestamp())
