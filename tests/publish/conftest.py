from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from newsroom import CONFIG, Newsroom, dutch

from tweeklank.config import load_config
from tweeklank.publish import write
from tweeklank.store import open_store


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two thirds of the time these tests took was the disk's; what matters is the order, which has its test."""
    monkeypatch.setattr(write.os, "fsync", lambda _: None)


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    file = tmp_path / "config.toml"
    file.write_text(CONFIG, "utf-8")
    with open_store(f"sqlite:///{tmp_path}/news.db") as store:
        yield Newsroom(load_config(file), store)


@pytest.fixture
def two_articles(newsroom: Newsroom) -> Newsroom:
    """One translated by a machine, with a sentence left in Dutch, and a newer one in the publisher's English."""
    newsroom.write(dutch(1))
    newsroom.translate(kept=1)
    newsroom.publisher_english(newsroom.write(dutch(2)))
    return newsroom
