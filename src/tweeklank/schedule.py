"""Syncs on a schedule, one after the other, in this process.

They run in the main thread: there a signal interrupts a sync the way it interrupts `tweeklank sync`,
and two can never overlap. Times that pass during a sync are skipped, not made up for.
"""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType

from tweeklank.article import TweeklankError
from tweeklank.config import Config, load_config
from tweeklank.store.lock import LockedError
from tweeklank.sync import sync
from tweeklank.times import ScheduleError, Times

log = logging.getLogger(__name__)

_LEAST = timedelta(minutes=1)
_NAP = 60.0  # seconds; a clock that was set, or a machine that slept, is noticed after at most this long


class _Unwatched:
    """Nobody looks at how far a sync is."""

    def collecting(self, source: str, done: int, total: int) -> None: ...
    def translating(self, done: int, total: int) -> None: ...


def run(file: Path, times: Times) -> None:
    """Syncs at once and then at ``times``, until SIGINT or SIGTERM.

    The configuration is read anew before each sync. Raises ConfigError or ScheduleError if it, or the
    times, will not do at the start; whatever goes wrong later is logged, and the next sync comes all the same.
    """
    _must_be_polite(load_config(file), times)
    try:
        with _stopped_by_signals():
            while True:
                began = datetime.now(UTC)
                _sync(file)
                _wait_until(_next(times, began))
    except KeyboardInterrupt:
        log.info("stopped; what was stored stays, the next sync goes on from there")


def _must_be_polite(config: Config, times: Times) -> None:
    if times.every and times.every < _LEAST and not all(source.local for source in config.sources):
        raise ScheduleError("--every must be at least 1m, out of politeness to sites that are not local.")


def _sync(file: Path) -> None:
    try:
        sync(load_config(file), _Unwatched())
    except LockedError as error:
        log.warning("sync skipped: %s", error)
    except TweeklankError as error:
        log.error("sync failed: %s", error)
    except Exception:
        log.exception("sync failed unexpectedly")


def _next(times: Times, began: datetime) -> datetime:
    now = datetime.now(UTC)
    due = times.after(began)
    if due <= now:
        took = round((now - began).total_seconds(), 1)
        log.warning(
            "the sync was still at work when the next one was due; that one is skipped", extra={"seconds": took}
        )
        due = times.after(now)
    log.info("waiting", extra={"next_sync": due.astimezone().isoformat(timespec="seconds")})
    return due


def _wait_until(moment: datetime) -> None:
    while (left := (moment - datetime.now(UTC)).total_seconds()) > 0:
        time.sleep(min(left, _NAP))


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """SIGTERM does what SIGINT does, and neither is left ignored by a shell that started this in the background."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        signal.raise_signal(signal.SIGINT)

    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, signal.default_int_handler),
        signal.SIGTERM: signal.signal(signal.SIGTERM, interrupt),
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
