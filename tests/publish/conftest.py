from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from devtools import Tab, browser
from newsroom import Newsroom, opened, write_two

from tweeklank.publish import write


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two thirds of the time these tests took was the disk's; what matters is the order, which has its test."""
    monkeypatch.setattr(write.os, "fsync", lambda _: None)


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    with opened(tmp_path) as newsroom:
        yield newsroom


@pytest.fixture
def two_articles(newsroom: Newsroom) -> Newsroom:
    """One translated by a machine, with a sentence left in Dutch, and a newer one in the publisher's English."""
    return write_two(newsroom)


@pytest.fixture(scope="session")
def tab() -> Iterator[Tab]:
    """One browser for all tests that can share it."""
    with browser() as tab:
        yield tab
