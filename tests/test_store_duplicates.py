"""One press release on several sites is one entry, with an id that stays whatever becomes of each page."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.test_likeness import TEXTS
from tweeklank.article import Article, Entry, Language, Place, Rendering, Translation
from tweeklank.store import Store
from tweeklank.store.articles import Change
from tweeklank.store.links import DueLink, Found

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
Make = Callable[..., Article]
SER, MINISTRY, TRADE = (f"https://{site}.example/nieuws/zand" for site in ("ser", "ministerie", "branche"))
STORY = ("zand-t", "zand-1", "zand-2", "zand-3", "zand-4")
OTHER_LEAD = ("zand-t2", "zand-1b", *STORY[2:], "zand-noot")
SOMETHING_ELSE = ("rapport-t", "rapport-1", "rapport-2", "rapport-3")


@pytest.fixture
def release(make_article: Make) -> Make:
    """The release as a page has it, in these paragraphs."""

    def make(url: str, names: tuple[str, ...] = STORY, **changes: object) -> Article:
        title, *rest = (TEXTS["paragraphs"][name] for name in names)
        body = "".join(f"<p>{paragraph}</p>" for paragraph in rest)
        return make_article(url, title=title, lead="", body=body, **changes)

    return make


def keep(store: Store, source: str, article: Article, now: datetime = NOW) -> Change:
    return store.articles.keep(source, article.url, article, now).change


def feed(store: Store, source: str | None = None, language: Language = Language.NL) -> list[Entry]:
    return store.articles.newest(language, 50, source)


def translate(store: Store) -> int:
    waiting = store.translations.waiting()
    for one in waiting:
        store.translations.keep(one.revision, Translation(Rendering("Sand", "", "<p>Sand.</p>"), "m", "g", 1), NOW)
    return len(waiting)


def test_a_release_on_three_sites_is_one_entry_in_the_feeds_of_each(store: Store, release: Make) -> None:
    assert keep(store, "ser", release(SER)) is Change.NEW
    (before,) = feed(store)
    assert keep(store, "ministerie", release(MINISTRY, OTHER_LEAD)) is Change.COPY
    assert keep(store, "branche", release(TRADE, STORY[:3])) is Change.COPY
    for source in (None, "ser", "ministerie", "branche"):
        (entry,) = feed(store, source)
        assert (entry.id, entry.url, entry.words, entry.updated) == (before.id, SER, before.words, before.updated)
        assert entry.sources == ("branche", "ministerie", "ser")
        assert entry.elsewhere == (Place("ministerie", MINISTRY), Place("branche", TRADE))
    assert store.articles.counts() == {"ser": 1, "ministerie": 1, "branche": 1}
    assert len(store.history.marks()) == 1
    assert translate(store) == 1
    (english,) = feed(store, "branche", Language.EN)
    assert english.elsewhere == entry.elsewhere


@pytest.mark.parametrize(
    ("other", "changes"),
    [
        (("zand-t2", "zand-verslag-1", "zand-verslag-2", "zand-verslag-3"), {}),
        (STORY, {"published": NOW + timedelta(days=30)}),
    ],
    ids=["in other words", "a month later"],
)
def test_what_only_looks_like_it_is_an_entry_of_its_own(
    store: Store, release: Make, other: tuple[str, ...], changes: dict[str, object]
) -> None:
    keep(store, "ser", release(SER, published=NOW))
    assert keep(store, "ministerie", release(MINISTRY, other, **({"published": NOW} | changes))) is Change.NEW
    assert len(feed(store)) == 2
    assert [entry.url for entry in feed(store, "ministerie")] == [MINISTRY]


def test_two_articles_of_one_source_are_two(store: Store, release: Make) -> None:
    keep(store, "ser", release(SER))
    assert keep(store, "ser", release(f"{SER}-2", OTHER_LEAD)) is Change.NEW
    assert keep(store, "ministerie", release(MINISTRY)) is Change.COPY
    assert keep(store, "ministerie", release(f"{MINISTRY}-2", STORY[:4])) is not Change.UNCHANGED
    assert len(feed(store)) == 2


def test_visits_to_the_copy_do_not_touch_the_entry(store: Store, release: Make) -> None:
    keep(store, "ser", release(SER))
    copy = release(MINISTRY, OTHER_LEAD)
    keep(store, "ministerie", copy)
    before = feed(store)
    assert keep(store, "ministerie", copy) is Change.UNCHANGED
    corrected = replace(copy, body=copy.body.replace("4,2 miljoen", "5,2 miljoen"))
    assert keep(store, "ministerie", corrected) is Change.CHANGED
    assert feed(store) == before


def test_a_correction_at_the_first_site_is_one_in_the_entry(store: Store, release: Make) -> None:
    first = release(SER)
    keep(store, "ser", first)
    keep(store, "ministerie", release(MINISTRY))
    (before,) = feed(store)
    keep(store, "ser", replace(first, body=first.body.replace("4,2 miljoen", "5,2 miljoen")), NOW + timedelta(days=1))
    (after,) = feed(store, "ministerie")
    assert after.id == before.id
    assert after.updated > before.updated
    assert "5,2 miljoen" in after.words.body


@pytest.mark.parametrize(("source", "url"), [("ser", SER), ("ministerie", MINISTRY)], ids=["the first", "the copy"])
def test_a_page_that_comes_to_say_something_else_parts_from_the_other(
    store: Store, release: Make, source: str, url: str
) -> None:
    keep(store, "ser", release(SER))
    keep(store, "ministerie", release(MINISTRY))
    keep(store, "branche", release(TRADE))
    (before,) = feed(store)
    keep(store, source, release(url, SOMETHING_ELSE))
    (of_ser,), (of_ministry,) = feed(store, "ser"), feed(store, "ministerie")
    assert of_ser.id == before.id
    assert of_ministry.id != before.id
    assert MINISTRY not in {place.url for place in of_ser.elsewhere}
    # Back to the same words: what readers have as two entries stays two.
    keep(store, source, release(url))
    assert {entry.id for entry in feed(store)} >= {of_ser.id, of_ministry.id}


def test_the_entry_goes_on_with_the_words_of_the_original(store: Store, release: Make) -> None:
    copy = release(MINISTRY, OTHER_LEAD, taken_from=SER)
    keep(store, "ministerie", copy)
    (before,) = feed(store)
    translate(store)
    original = release(SER, published=datetime(2026, 6, 17, 9, tzinfo=UTC))
    assert keep(store, "ser", original) is Change.COPY
    for source in (None, "ser", "ministerie"):
        (entry,) = feed(store, source)
        assert (entry.id, entry.url, entry.source) == (before.id, SER, "ser")
        assert (entry.words.title, entry.published) == (original.title, original.published)
        assert entry.elsewhere == (Place("ministerie", MINISTRY),)
        assert entry.updated > before.updated
    # From now on each page is known as what it is.
    assert keep(store, "ser", original) is Change.UNCHANGED
    assert keep(store, "ministerie", copy) is Change.UNCHANGED
    assert translate(store) == 1
    assert feed(store, None, Language.EN)[0].id.removesuffix(":en") == before.id.removesuffix(":nl")


def test_an_english_release_is_one_entry_too(store: Store, make_article: Make) -> None:
    title, *rest = (TEXTS["paragraphs"][name] for name in ("en-t", "en-1", "en-2", "en-3"))
    body = "".join(f"<p>{paragraph}</p>" for paragraph in rest)
    for source, url in (("ser", SER), ("ministerie", MINISTRY)):
        keep(store, source, make_article(url, title=title, lead="", body=body, language=Language.EN))
    assert feed(store) == []
    (entry,) = feed(store, "ministerie", Language.EN)
    assert (entry.url, entry.elsewhere) == (SER, (Place("ministerie", MINISTRY),))


def test_looking_for_copies_does_not_slow_down_with_the_store(store: Store, release: Make) -> None:
    """Articles that share a long end with the release, which is what makes looking for it hard."""
    for number in range(60):
        names = ("toetreding-t", "toetreding-1", "toetreding-3", "toetreding-over")
        filler = release(f"https://ander.example/{number}", names)
        own = " ".join(f"woord{number}x{at}" for at in range(60))
        keep(store, "ander", replace(filler, title=f"Bericht {number}", body=f"<p>{own}</p>{filler.body}"))
    began = time.process_time()
    assert keep(store, "ser", release(SER)) is Change.NEW
    assert keep(store, "ministerie", release(MINISTRY, OTHER_LEAD)) is Change.COPY
    assert time.process_time() - began < 2


def visit(store: Store, source: str, article: Article) -> DueLink:
    """The link to a page, after a visit that found the article there."""
    store.links.remember(source, [Found(article.url)], NOW)
    (due,) = store.links.due(source, NOW, 9)
    kept = store.articles.keep(source, article.url, article, NOW)
    store.links.taken(due, kept.article, NOW)
    return due


def test_an_entry_stays_until_the_last_of_its_pages_is_gone(store: Store, release: Make) -> None:
    first, second = visit(store, "ser", release(SER)), visit(store, "ministerie", release(MINISTRY, OTHER_LEAD))
    (before,) = feed(store)
    assert not store.links.gone(first, NOW, 1)
    (goes_on,) = feed(store)
    assert (goes_on.id, goes_on.url, goes_on.elsewhere) == (before.id, MINISTRY, ())
    assert goes_on.updated > before.updated
    assert store.links.gone(second, NOW, 1)
    assert feed(store) == []
    (deleted,) = store.retention.deleted(9)
    assert before.id.startswith(deleted.tag)
    assert [one.tag for one in store.retention.unsettled()] == [deleted.tag]
    # Whichever page comes back brings the entry back.
    assert store.links.taken(first, None, NOW)
    (returned,) = feed(store)
    assert (returned.id, returned.url, returned.elsewhere) == (before.id, SER, ())
    assert not store.links.taken(second, None, NOW)
    (whole,) = feed(store)
    assert whole.elsewhere == (Place("ministerie", MINISTRY),)
    assert store.retention.deleted(9) == []


def test_a_copy_that_is_gone_is_no_longer_named(store: Store, release: Make) -> None:
    visit(store, "ser", release(SER))
    second = visit(store, "ministerie", release(MINISTRY))
    assert not store.links.gone(second, NOW, 1)
    (entry,) = feed(store)
    assert (entry.url, entry.elsewhere) == (SER, ())
    assert (store.retention.deleted(9), store.retention.unsettled()) == ([], [])


def test_what_was_withdrawn_takes_in_no_copies(store: Store, release: Make) -> None:
    assert store.links.gone(visit(store, "ser", release(SER)), NOW, 1)
    assert keep(store, "ministerie", release(MINISTRY)) is Change.NEW
    assert [entry.url for entry in feed(store)] == [MINISTRY]


@pytest.mark.parametrize("url", [SER, MINISTRY], ids=["the first", "the copy"])
def test_forgetting_a_release_forgets_it_on_all_sites(store: Store, release: Make, url: str) -> None:
    visit(store, "ser", release(SER))
    visit(store, "ministerie", release(MINISTRY, OTHER_LEAD))
    article = store.forgetting.find(url)
    assert article is not None
    assert store.forgetting.copies(article) == [MINISTRY if url == SER else SER]
    assert store.forgetting.forget(article, NOW)
    assert (feed(store), len(store.retention.deleted(9))) == ([], 1)
    for one in (release(SER), release(MINISTRY, OTHER_LEAD)):
        assert store.retention.is_forgotten((), one.text_fingerprint())
    assert not store.forgetting.forget(article, NOW)
    # Nothing is left by which another page could be found to be like it.
    assert keep(store, "branche", release(TRADE, STORY[:3])) is Change.NEW


def test_an_article_in_english_only_is_forgotten_too(store: Store, make_article: Make) -> None:
    found = make_article(SER, language=Language.EN)
    keep(store, "ser", found)
    article = store.forgetting.find(SER)
    assert article is not None
    assert store.forgetting.title(article) == found.title
    assert store.forgetting.forget(article, NOW)
    assert feed(store, language=Language.EN) == []
    assert store.retention.is_forgotten((), found.text_fingerprint())
