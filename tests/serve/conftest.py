from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from webservers import Server, fill, tweeklank


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("served") / "feeds"
    fill(made)
    return made


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with tweeklank(folder) as started:
        yield started
