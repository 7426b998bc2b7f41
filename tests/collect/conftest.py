from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from covenant_site import Desk, Site, running_site

from tweeklank.collect import Collected, http, visit
from tweeklank.store import open_store


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as site:
        yield site


@pytest.fixture
def other_site() -> Iterator[Site]:
    with running_site() as site:
        yield site


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_store(f"sqlite:///{tmp_path}/news.db") as store:
        yield Desk(store, tmp_path)


@pytest.fixture
def sync(desk: Desk) -> Callable[..., Collected]:
    """One collect step over these sources."""
    return lambda *sources, **settings: asyncio.run(desk.collect(*sources, **settings))


@pytest.fixture
def days_later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Moves the clock of the collect step."""

    def move(days: float) -> None:
        class Later(datetime):
            @classmethod
            def now(cls, tz=None):
                return datetime.now(tz) + timedelta(days=days)

        monkeypatch.setattr(visit, "datetime", Later)
        monkeypatch.setattr(http, "datetime", Later)

    return move
