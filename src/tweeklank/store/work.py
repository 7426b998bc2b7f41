"""What workers report of their jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, delete, insert, select

from tweeklank.store.schema import work


@dataclass(frozen=True)
class Reported:
    """What became of a job: its result, or a sentence why there is none."""

    result: Any
    failure: str = ""


class Work:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, job: int, reported: Reported) -> None:
        """Stores what became of a job; of one that was tried again the last try counts."""
        with self._engine.begin() as connection:
            connection.execute(delete(work).where(work.c.job == job))
            connection.execute(insert(work).values(job=job, result=reported.result, failure=reported.failure))

    def reported(self) -> dict[int, Reported]:
        with self._engine.connect() as connection:
            return {row.job: Reported(row.result, row.failure) for row in connection.execute(select(work))}

    def forget(self) -> None:
        with self._engine.begin() as connection:
            connection.execute(delete(work))
