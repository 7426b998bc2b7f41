"""Forgetting an article, in a store of either kind: no table has its words, and it stays forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine, func, select

from tweeklank.article import Article, Rendering, Translation
from tweeklank.store import Store, open_store, schema
from tweeklank.store.care import faults
from tweeklank.store.links import Found
from tweeklank.store.pages import Validators
from tweeklank.store.repair import repair
from tweeklank.store.translations import Remembered
from tweeklank.store.work import Reported

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
URL, OTHER = "https://www.example.nl/nieuws/ophef/", "https://www.example.nl/nieuws/lood/"
WORDS = ("Vlieghuis", "Geheimhouding", "Silence")
Make = Callable[..., Article]


def take(store: Store, found: Article) -> int:
    store.links.remember("bron", [Found(found.url)], NOW)
    (due,) = store.links.due("bron", NOW, 1)
    kept = store.articles.keep("bron", found.url, found, NOW)
    store.links.taken(due, kept.article, NOW)
    store.pages.remember(found.url, NOW, Validators(etag='"1"'))
    return kept.article


def fill(store: Store, make_article: Make) -> tuple[Article, int]:
    """Two articles, one of them to be forgotten, with all that syncs keep of them."""
    take(store, make_article(OTHER, title="Lood", body="<p>De vakbonden zijn tevreden.</p>"))
    secret = make_article(URL, title="Geheimhouding's einde", body="<p>Wubbo Vlieghuis zweeg.</p>")
    article = take(store, secret)
    for waiting in store.translations.waiting():
        own = waiting.words.title.startswith("Geheim")
        english = Translation(Rendering("Silence" if own else "Lead", "", "<p>Text.</p>"), "m", "g", 1)
        sentence = "Wubbo Vlieghuis zweeg." if own else "De vakbonden zijn tevreden."
        store.translations.keep(waiting.revision, english, NOW, [sentence])
        store.translations.remember("m", {sentence: Remembered("Silence" if own else "Unions.", ())})
    told = f"a wall, not an article: {secret.title!r}"
    store.runs.end(store.runs.begin(NOW), NOW, {"failures": [f"{URL}: {told}", f"{OTHER}: no answer"], "seconds": 1.5})
    store.problems.record({"articles/bron": f"bron: {told}", "hub": "no answer"}, (), NOW)
    store.work.keep(1, Reported(None, f"unexpected ValueError: {secret.title}"))
    return secret, article


def everything(store: Store) -> str:
    with store._engine.connect() as connection:
        return "\n".join(
            str(row) for table in schema.metadata.sorted_tables for row in connection.execute(select(table))
        )


def test_no_table_has_its_words_and_it_is_known_again(store: Store, make_article: Make) -> None:
    secret, article = fill(store, make_article)
    for word in WORDS:
        assert word in everything(store)
    assert store.forgetting.find(URL) == article
    assert store.forgetting.forget(article, NOW)
    assert store.forgetting.scrub()
    left = everything(store)
    for word in (*WORDS, URL):
        assert word not in left
    assert not store.forgetting.forget(article, NOW)

    for kept in ("Lood", "De vakbonden zijn tevreden.", "Unions.", f"{OTHER}: no answer"):
        assert kept in left
    (run,) = store.runs.last(5)
    assert (len(run["summary"]["failures"]), run["summary"]["seconds"]) == (2, 1.5)
    assert [problem.key for problem in store.problems.open()] == ["articles/bron", "hub"]
    assert store.links.remember("bron", [Found(URL)], NOW) == 0
    assert store.retention.is_forgotten(["https://www.example.nl/elders/"], secret.text_fingerprint())


def test_after_a_repair_it_is_still_forgotten(tmp_path: Path, make_article: Make) -> None:
    file = tmp_path / "store.db"
    with open_store(f"sqlite:///{file}") as store:
        secret, article = fill(store, make_article)
        store.forgetting.forget(article, NOW)
        store.forgetting.scrub()
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        page = connection.exec_driver_sql("SELECT rootpage FROM sqlite_schema WHERE name = 'memory'").scalar_one()
        size = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
    engine.dispose()
    with file.open("rb+") as stream:
        stream.seek((page - 1) * size)
        stream.write(b"\xff" * size)
    assert faults(file)
    assert repair(file, NOW).damaged is not None
    with open_store(f"sqlite:///{file}") as store:
        assert store.articles.count() == 2
        assert store.links.remember("bron", [Found(URL)], NOW) == 0
        assert store.retention.is_forgotten(["https://www.example.nl/elders/"], secret.text_fingerprint())
        with store._engine.connect() as connection:
            assert connection.execute(select(func.count()).select_from(schema.forgotten)).scalar_one() == 1
