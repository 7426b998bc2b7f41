"""How each source has answered, and when it is to be asked again."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, insert, select

from tweeklank.store.schema import source_state

PATIENCE = 3
"""Failures in a row after which a source is asked less and less often; before that, at every sync."""

FIRST_PAUSE = timedelta(hours=1)
LONGEST_PAUSE = timedelta(hours=12)
"""A source that fails rests 1, 2, 4, 8 and then always 12 hours, so that a daily sync still asks it every day."""

QUIET = timedelta(weeks=2)
QUIET_PAUSE = timedelta(hours=6)
"""A source without news for this long rests an hour for each week of silence, and never longer than this pause."""


@dataclass(frozen=True)
class SourceState:
    """What is known of a source after its last visit. Moments are aware; None is "never", or "at the next sync".

    ``failures``: in a row; ``last_error``: one clause, empty after a success; ``settings``: fingerprint of
    the source's configuration at that visit.
    """

    source: str
    failures: int = 0
    last_try: datetime | None = None
    last_success: datetime | None = None
    last_news: datetime | None = None
    next_try: datetime | None = None
    last_error: str = ""
    settings: str = ""

    def rests(self, now: datetime, settings: str) -> bool:
        """Whether the source is to be left alone now; one whose configuration changed never is."""
        return self.next_try is not None and now < self.next_try and settings == self.settings

    def failed(self, now: datetime, settings: str, error: str, asked_for: float = 0) -> SourceState:
        """The state after a visit that failed. ``asked_for``: seconds that the server wants to be left alone."""
        failures = 1 + (self.failures if settings == self.settings else 0)
        pause = max(_pause_after(failures), timedelta(seconds=min(asked_for, LONGEST_PAUSE.total_seconds())))
        return replace(
            self,
            failures=failures,
            last_try=now,
            next_try=now + pause if pause else None,
            last_error=error,
            settings=settings,
        )

    def succeeded(self, now: datetime, settings: str, *, news: bool) -> SourceState:
        """The state after a visit that went well. ``news``: articles were new or had changed."""
        last_news = now if news else self.last_news
        silence = now - last_news if last_news else timedelta(0)
        pause = min(silence / 168, QUIET_PAUSE) if silence >= QUIET else None
        return SourceState(
            self.source,
            last_try=now,
            last_success=now,
            last_news=last_news,
            next_try=now + pause if pause else None,
            settings=settings,
        )


def _pause_after(failures: int) -> timedelta:
    if failures < PATIENCE:
        return timedelta(0)
    return min(FIRST_PAUSE * (1 << min(failures - PATIENCE, 10)), LONGEST_PAUSE)


class Sources:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def state(self, source: str) -> SourceState:
        """The state of a source; of one that was never visited, a blank one."""
        with self._engine.connect() as connection:
            row = connection.execute(select(source_state).where(source_state.c.source == source)).mappings().first()
        return SourceState(**row) if row else SourceState(source)

    def all(self) -> list[SourceState]:
        """The states of all sources that were ever visited, by id."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(source_state).order_by(source_state.c.source)).mappings()
            return [SourceState(**row) for row in rows]

    def keep(self, state: SourceState) -> None:
        with self._engine.begin() as connection:
            connection.execute(delete(source_state).where(source_state.c.source == state.source))
            connection.execute(insert(source_state).values(asdict(state)))
