from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from devtools import Tab, browser
from newsroom import Newsroom, opened, write_two


@pytest.fixture(autouse=True)
def _quickly(no_waiting_for_the_disk: None) -> None:
    """All of these tests publish."""


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
