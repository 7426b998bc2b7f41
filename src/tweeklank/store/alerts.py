"""By which ways people were told that syncs fail."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, delete, insert, select

from tweeklank.store.schema import alert


class Alerts:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def told(self) -> frozenset[str]:
        """The channels that carried the bad news and not yet the good."""
        with self._engine.connect() as connection:
            return frozenset(connection.execute(select(alert.c.channel)).scalars())

    def failing(self, channel: str, now: datetime) -> None:
        """Notes that a channel carried the bad news."""
        with self._engine.begin() as connection:
            connection.execute(insert(alert).values(channel=channel, told=now))

    def recovered(self, channel: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(delete(alert).where(alert.c.channel == channel))
