"""What is wrong, since when, and what no longer is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, Select, insert, select, update

from tweeklank.store.schema import problem


@dataclass(frozen=True)
class Problem:
    """Something wrong from ``began`` until ``resolved`` (None: still). ``updated``: when ``text`` became what it is.

    ``key`` names what it is about: ``source/metaal``, ``articles/metaal``, ``translation``, ``hub``.
    """

    key: str
    text: str
    began: datetime
    updated: datetime
    resolved: datetime | None = None


class Problems:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, found: Mapping[str, str], gone: Iterable[str], now: datetime) -> None:
        """Notes what is wrong, by key, and which keys are seen to be in order; all others stay as they were."""
        gone = set(gone) - set(found)
        with self._engine.begin() as connection:
            rows = connection.execute(select(problem).where(problem.c.resolved.is_(None))).all()
            known = {row.key: row for row in rows}
            for key, text in found.items():
                if key not in known:
                    connection.execute(insert(problem).values(key=key, text=text, began=now, updated=now))
                elif known[key].text != text:
                    changed = update(problem).where(problem.c.id == known[key].id)
                    connection.execute(changed.values(text=text, updated=now))
            ids = [row.id for key, row in known.items() if key in gone]
            connection.execute(update(problem).where(problem.c.id.in_(ids)).values(resolved=now))

    def open(self) -> list[Problem]:
        """What is wrong now, the oldest first."""
        return self._read(select(problem).where(problem.c.resolved.is_(None)).order_by(problem.c.id))

    def resolved(self, most: int) -> list[Problem]:
        """What no longer is wrong, the last resolved first."""
        closed = select(problem).where(problem.c.resolved.is_not(None))
        return self._read(closed.order_by(problem.c.resolved.desc(), problem.c.id.desc()).limit(most))

    def _read(self, query: Select[tuple[object, ...]]) -> list[Problem]:
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [Problem(row.key, row.text, row.began, row.updated, row.resolved) for row in rows]
