from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from story import Story, telling


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    """A publication with two articles, served; what happens next is up to the test."""
    with telling(tmp_path) as begun:
        begun.first_articles()
        yield begun


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The same for tests in which nothing happens next."""
    with telling(tmp_path_factory.mktemp("calm")) as begun:
        begun.first_articles()
        yield begun
