"""The record of syncs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Engine, insert, select, update

from tweeklank.store.schema import run


class Runs:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, now: datetime) -> int:
        with self._engine.begin() as connection:
            key = connection.execute(insert(run).values(started=now)).inserted_primary_key
        return int(key[0]) if key else 0

    def end(self, number: int, now: datetime, summary: dict[str, Any]) -> None:
        with self._engine.begin() as connection:
            connection.execute(update(run).where(run.c.id == number).values(finished=now, summary=summary))

    def last(self, most: int) -> list[dict[str, Any]]:
        """The latest runs, newest first: started, finished (None: interrupted) and summary."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(run).order_by(run.c.id.desc()).limit(most)).mappings()
            return [dict(row) for row in rows]

    def failing_in_a_row(self, most: int) -> int:
        """How many of the latest runs, of ``most``, had failures or left problems; interrupted ones do not count."""
        query = select(run.c.summary).where(run.c.finished.is_not(None)).order_by(run.c.id.desc()).limit(most)
        row = 0
        with self._engine.connect() as connection:
            for summary in connection.execute(query).scalars():
                if not summary.get("failures") and not summary.get("problems"):
                    break
                row += 1
        return row
