"""The record of a sync: the run in the store, its line in the log, and word to whoever is to be alerted."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from structlog.contextvars import bound_contextvars

from tweeklank.alert import tell
from tweeklank.config import Config
from tweeklank.publish import PublishError
from tweeklank.store import Store
from tweeklank.summary import Summary

log = logging.getLogger(__name__)


@contextmanager
def recorded(config: Config, store: Store) -> Iterator[Summary]:
    """A summary to fill in, which is recorded at the end.

    A sync that cannot publish has its record too; one that is killed or interrupted leaves a run without an end.
    """
    run, summary, started = store.runs.begin(datetime.now(UTC)), Summary(), time.monotonic()
    with bound_contextvars(run=run):
        try:
            yield summary
        except PublishError as error:
            summary.failures.append(str(error))
            _end(config, store, run, summary, started)
            raise
        _end(config, store, run, summary, started)


def _end(config: Config, store: Store, run: int, summary: Summary, started: float) -> None:
    problems = store.problems.open()
    summary.problems, summary.seconds = len(problems), time.monotonic() - started
    log.info("synced", extra=summary.counts())
    store.runs.end(run, datetime.now(UTC), summary.as_dict())
    summary.undelivered = tell(config, store, [problem.text for problem in problems] or summary.failures)
    if summary.undelivered:
        store.runs.end(run, datetime.now(UTC), summary.as_dict())
