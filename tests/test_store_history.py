"""The order in which articles came in, and marks that tell which of them read differently now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tweeklank.article import Article, Language, Rendering, Translation
from tweeklank.store import Store

NOW = datetime(2026, 6, 20, tzinfo=UTC)


def test_a_mark_changes_with_the_words_and_the_order_never(store: Store, make_article: Callable[..., Article]) -> None:
    addresses = [f"https://www.example.nl/nieuws/{number}/" for number in range(3)]
    for days, url in enumerate(addresses):
        article = make_article(url, title=url, published=NOW - timedelta(days=days))
        store.articles.keep("a", url, article, NOW)
    before = store.history.marks()
    assert store.history.marks() == before
    store.articles.keep("a", addresses[1], make_article(addresses[1], title="Anders"), NOW + timedelta(days=1))
    after = store.history.marks()
    assert [one for one, _ in after] == [one for one, _ in before] == sorted(one for one, _ in before)
    assert [old == new for old, new in zip(before, after, strict=True)] == [True, False, True]
    first = store.translations.waiting()[0]
    store.translations.keep(first.revision, Translation(Rendering("English"), "m", "g", 4, 3), NOW)
    assert [old == new for old, new in zip(after, store.history.marks(), strict=True)].count(False) == 1


def test_articles_are_read_newest_first_and_in_english_only_what_there_is(
    store: Store, make_article: Callable[..., Article]
) -> None:
    for days in range(3):
        url = f"https://www.example.nl/nieuws/{days}/"
        store.articles.keep("a", url, make_article(url, title=url, published=NOW - timedelta(days=days)), NOW)
    ids = [one for one, _ in store.history.marks()]
    dutch = store.history.read(ids[1:], Language.NL)
    assert [entry.published for entry in dutch] == [NOW - timedelta(days=1), NOW - timedelta(days=2)]
    assert store.history.read(ids, Language.EN) == []
    waiting = store.translations.waiting()[0]
    store.translations.keep(waiting.revision, Translation(Rendering("English"), "m", "g", 4, 3), NOW)
    assert len(store.history.read(ids, Language.EN)) == 1
    assert store.history.read(ids, Language.EN, hold_above=0.5) == []
