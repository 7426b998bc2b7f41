"""How far the archives of sources have been read."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Engine, delete, insert, select

from tweeklank.store.schema import backfill


@dataclass(frozen=True)
class Position:
    """A page of an archive: of which listing or feed, its address, or nothing after the last one, and which one
    it is, from 1."""

    start: str
    page: str
    number: int


class Backfills:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def position(self, source: str) -> Position | None:
        """Where reading a source's archive was interrupted, if it was."""
        with self._engine.connect() as connection:
            row = connection.execute(select(backfill).where(backfill.c.source == source)).one_or_none()
        return Position(row.start, row.page, row.number) if row else None

    def keep(self, source: str, position: Position) -> None:
        """Notes where to go on after an interruption."""
        with self._engine.begin() as connection:
            connection.execute(delete(backfill).where(backfill.c.source == source))
            connection.execute(insert(backfill).values(source=source, **asdict(position)))

    def end(self, source: str) -> None:
        """Notes that a source's archive has been read."""
        with self._engine.begin() as connection:
            connection.execute(delete(backfill).where(backfill.c.source == source))
