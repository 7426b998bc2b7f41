"""What all tests share: a store in a temporary folder, articles to put in it, and no real home."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest

from tests import postgresql
from tweeklank.article import Article, Image
from tweeklank.store import Store, open_store

# Where it decides on a change, a run tries the same examples each time; new ones are for developers. How long an
# example takes says more of the machine than of the code; what may grow too fast has tests of its own.
hypothesis.settings.register_profile("tests", derandomize=bool(os.environ.get("CI")), deadline=None)
hypothesis.settings.load_profile("tests")


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Argos Translate keeps packages in the home folder; tests see an empty one."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "ARGOS_PACKAGES_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two thirds of the time of tests that publish was the disk's; what matters is the order, which has its test."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    with postgresql.running() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    server: postgresql.Server = request.getfixturevalue("postgresql_server")
    return server.schema()


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as opened:
        yield opened


@pytest.fixture
def make_article() -> Callable[..., Article]:
    def make(url: str = "https://www.example.nl/nieuws/eerste/", **changes: object) -> Article:
        fields: dict[str, object] = {
            "url": url,
            "canonical": url,
            "title": "Eerste convenant getekend",
            "lead": "Twaalf bedrijven zetten hun naam onder het convenant.",
            "body": "<p>De bedrijven beloven <strong>beterschap</strong>.</p>",
            "published": datetime(2026, 6, 18, 12, 30, tzinfo=UTC),
            "image": Image("https://www.example.nl/foto.jpg", "Een pen", "Ondertekening", "Noor Hamers"),
        }
        return Article(**(fields | changes))  # type: ignore[arg-type]

    return make
