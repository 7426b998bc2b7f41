"""The store keeps its promises about identity, revisions, waiting translations and migrations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text

from tweeklank.article import Article, Language, Origin, Rendering, Translation
from tweeklank.store import Store, StoreError, open_store, schema
from tweeklank.store.articles import Change
from tweeklank.store.corrections import Corrected, Provenance
from tweeklank.store.links import Found
from tweeklank.store.pages import Validators
from tweeklank.store.translations import Remembered

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
Make = Callable[..., Article]


def keep(store: Store, article: Article, source: str = "metaal", now: datetime = NOW) -> tuple[int, Change]:
    kept = store.articles.keep(source, article.url, article, now)
    return kept.article, kept.change


def translated(title: str) -> Translation:
    return Translation(Rendering(title, "Lead", "<p>Body</p>"), "Model 1", "g1", sentences=3, kept=1)


def dutch(store: Store, source: str | None = None) -> list[str]:
    return [entry.words.title for entry in store.articles.newest(Language.NL, 50, source)]


class TestIdentity:
    def test_an_id_is_a_tag_uri_of_the_first_address_and_the_language(self, store: Store, make_article: Make) -> None:
        keep(store, make_article("https://www.example.nl/nieuws/eerste/"))
        (entry,) = store.articles.newest(Language.NL, 50)
        assert entry.id == "tag:example.nl,2026:nieuws/eerste:nl"

    @pytest.mark.parametrize(
        "other",
        [
            "http://example.nl/nieuws/eerste",
            "https://www.example.nl/nieuws/eerste/?utm_source=nieuwsbrief&utm_medium=email",
            "https://EXAMPLE.nl:443/nieuws/eerste/index.html#lees",
        ],
    )
    def test_another_spelling_of_the_address_is_the_same_article(
        self, store: Store, make_article: Make, other: str
    ) -> None:
        keep(store, make_article())
        assert keep(store, make_article(other, canonical=other, title="Nieuwe titel"))[1] is Change.CHANGED
        assert dutch(store) == ["Nieuwe titel"]

    def test_an_article_moved_to_a_new_url_keeps_its_id(self, store: Store, make_article: Make) -> None:
        keep(store, make_article())
        before = store.articles.newest(Language.NL, 50)
        moved = "https://www.example.nl/actueel/2026/eerste-convenant"
        assert keep(store, make_article(moved))[1] is Change.UNCHANGED
        after = store.articles.newest(Language.NL, 50)
        assert [e.id for e in after] == [e.id for e in before]
        assert after[0].url == moved

    def test_one_canonical_address_on_every_page_does_not_merge_articles(
        self, store: Store, make_article: Make
    ) -> None:
        wrong = "https://www.example.nl/nieuws/altijd-dezelfde"
        for number in (1, 2, 3):
            keep(
                store,
                make_article(f"https://www.example.nl/nieuws/{number}", canonical=wrong, title=f"Bericht {number}"),
            )
        assert sorted(dutch(store)) == ["Bericht 1", "Bericht 2", "Bericht 3"]
        assert len({entry.id for entry in store.articles.newest(Language.NL, 50)}) == 3

    def test_an_article_in_two_lists_is_one_entry_of_both_sources(self, store: Store, make_article: Make) -> None:
        keep(store, make_article(), "metaal")
        assert keep(store, make_article(), "ser")[1] is Change.UNCHANGED
        assert dutch(store) == dutch(store, "metaal") == dutch(store, "ser") == ["Eerste convenant getekend"]
        assert store.articles.newest(Language.NL, 50)[0].sources == ("metaal", "ser")


class TestRevisions:
    def test_a_changed_body_is_a_new_revision_with_a_later_date_and_the_same_id(
        self, store: Store, make_article: Make
    ) -> None:
        keep(store, make_article())
        before = store.articles.newest(Language.NL, 50)[0]
        assert keep(store, make_article(body="<p>Toch niet.</p>"), now=NOW + timedelta(days=1))[1] is Change.CHANGED
        after = store.articles.newest(Language.NL, 50)[0]
        assert after.id == before.id
        assert after.updated == NOW + timedelta(days=1) > before.updated
        assert after.published == before.published

    def test_the_publishers_own_date_of_change_is_used(self, store: Store, make_article: Make) -> None:
        keep(store, make_article())
        changed = datetime(2026, 7, 1, 9, tzinfo=UTC)
        keep(store, make_article(body="<p>Toch niet.</p>", modified=changed))
        assert store.articles.newest(Language.NL, 50)[0].updated == changed

    def test_an_article_without_date_keeps_that_of_first_sight(self, store: Store, make_article: Make) -> None:
        undated = make_article(published=None)
        keep(store, undated)
        keep(store, undated, now=NOW + timedelta(days=5))
        assert store.articles.newest(Language.NL, 50)[0].published == NOW

    def test_newest_is_by_date_and_no_more_than_asked(self, store: Store, make_article: Make) -> None:
        for day in (3, 1, 2):
            published = datetime(2026, 6, day, tzinfo=UTC)
            article = make_article(f"https://example.nl/{day}", title=f"Dag {day}", published=published)
            keep(store, article)
        assert [e.words.title for e in store.articles.newest(Language.NL, 2)] == ["Dag 3", "Dag 2"]


class TestEnglish:
    def test_an_article_is_in_the_english_feed_only_once_it_has_english(self, store: Store, make_article: Make) -> None:
        keep(store, make_article())
        assert store.articles.newest(Language.EN, 50) == []
        (waiting,) = store.translations.waiting()
        store.translations.keep(waiting.revision, translated("First agreement signed"), NOW)
        (entry,) = store.articles.newest(Language.EN, 50)
        assert (entry.words.title, entry.origin, entry.model) == ("First agreement signed", Origin.MACHINE, "Model 1")
        assert entry.kept == 1
        assert store.translations.waiting() == []

    def test_the_publishers_own_english_is_preferred(self, store: Store, make_article: Make) -> None:
        number, _ = keep(store, make_article())
        (waiting,) = store.translations.waiting()
        store.translations.keep(waiting.revision, translated("First agreement signed"), NOW)
        english = make_article("https://example.nl/en/first", title="Pact signed", language=Language.EN)
        store.articles.keep_english(number, english, NOW)
        (entry,) = store.articles.newest(Language.EN, 50)
        assert (entry.words.title, entry.origin, entry.url) == (
            "Pact signed",
            Origin.PUBLISHER,
            "https://example.nl/en/first",
        )
        assert entry.original_url == "https://www.example.nl/nieuws/eerste/"

    def test_an_article_with_publishers_english_waits_for_no_translation(
        self, store: Store, make_article: Make
    ) -> None:
        number, _ = keep(store, make_article())
        store.articles.keep_english(number, make_article("https://example.nl/en", language=Language.EN), NOW)
        assert store.translations.waiting() == []

    def test_the_old_translation_stands_until_the_new_revision_has_one(self, store: Store, make_article: Make) -> None:
        keep(store, make_article())
        store.translations.keep(store.translations.waiting()[0].revision, translated("Old"), NOW)
        keep(store, make_article(body="<p>Anders.</p>"))
        assert store.articles.newest(Language.EN, 50)[0].words.title == "Old"
        (waiting,) = store.translations.waiting()
        store.translations.keep(waiting.revision, translated("New"), NOW)
        assert store.articles.newest(Language.EN, 50)[0].words.title == "New"

    def test_the_memory_knows_a_sentence_per_edition(self, store: Store) -> None:
        made = {"Goed.": Remembered("Good.", ((0,),))}
        store.translations.remember("m1/g1", made)
        assert store.translations.remembered("m1/g1", ["Goed.", "Slecht."]) == made
        assert store.translations.remembered("m2/g1", ["Goed."]) == {}

    def test_the_first_translation_is_as_old_as_the_dutch_and_the_same_words_change_nothing(
        self, store: Store, make_article: Make
    ) -> None:
        keep(store, make_article())
        (waiting,) = store.translations.waiting()
        assert store.translations.keep(waiting.revision, translated("Old"), NOW)
        (before,) = store.articles.newest(Language.EN, 50)
        assert before.updated == store.articles.newest(Language.NL, 50)[0].updated
        again = replace(translated("Old"), model="Model 2")
        assert not store.translations.keep(waiting.revision, again, NOW + timedelta(days=1))
        assert store.articles.newest(Language.EN, 50) == [before]

    def test_other_words_for_the_same_dutch_are_of_now(self, store: Store, make_article: Make) -> None:
        keep(store, make_article())
        (waiting,) = store.translations.waiting()
        store.translations.keep(waiting.revision, translated("Old"), NOW)
        assert store.translations.keep(waiting.revision, translated("New"), NOW + timedelta(days=1))
        (entry,) = store.articles.newest(Language.EN, 50)
        assert (entry.words.title, entry.updated) == ("New", NOW + timedelta(days=1))

    def test_a_change_is_later_than_the_last_one_even_if_that_was_dated_in_the_future(
        self, store: Store, make_article: Make
    ) -> None:
        future = NOW + timedelta(days=9)
        keep(store, make_article(published=future))
        (waiting,) = store.translations.waiting()
        store.translations.keep(waiting.revision, translated("Old"), NOW)
        store.translations.keep(waiting.revision, translated("New"), NOW)
        assert store.articles.newest(Language.EN, 50)[0].updated > future
        keep(store, make_article(published=future, body="<p>Anders.</p>"))
        assert store.articles.newest(Language.NL, 50)[0].updated > future

    def test_the_publishers_english_is_later_than_the_machines_that_it_replaces(
        self, store: Store, make_article: Make
    ) -> None:
        number, _ = keep(store, make_article())
        store.translations.keep(store.translations.waiting()[0].revision, translated("Pact"), NOW)
        (before,) = store.articles.newest(Language.EN, 50)
        english = make_article("https://example.nl/en/first", title="Pact signed", language=Language.EN)
        store.articles.keep_english(number, english, NOW + timedelta(days=1))
        (after,) = store.articles.newest(Language.EN, 50)
        assert (after.id, after.updated) == (before.id, NOW + timedelta(days=1))

    def test_all_that_a_machine_translates_can_be_had_again_by_source(self, store: Store, make_article: Make) -> None:
        keep(store, make_article("https://example.nl/a", title="A"), "metaal")
        keep(store, make_article("https://example.nl/b", title="B"), "ser")
        number, _ = keep(store, make_article("https://example.nl/c", title="C"), "ser")
        store.articles.keep_english(number, make_article("https://example.nl/en", language=Language.EN), NOW)
        for waiting in store.translations.waiting():
            store.translations.keep(waiting.revision, translated("x"), NOW)
        assert [item.words.title for item in store.translations.all()] == ["A", "B"]
        assert [item.words.title for item in store.translations.all("ser")] == ["B"]


class TestReview:
    def test_articles_with_much_dutch_are_counted_and_held_back(self, store: Store, make_article: Make) -> None:
        for name, kept in (("a", 0), ("b", 1), ("c", 2)):
            keep(store, make_article(f"https://example.nl/{name}", title=name))
            (waiting,) = store.translations.waiting()
            made = replace(translated(name), sentences=4, kept=kept)
            store.translations.keep(waiting.revision, made, NOW)

        def english(hold_above: float | None) -> set[str]:
            return {entry.words.title for entry in store.articles.newest(Language.EN, 50, None, hold_above)}

        assert english(None) == {"a", "b", "c"}
        assert english(0.25) == {"a", "b"}
        assert english(0) == {"a"}
        assert [store.translations.needing_review(above) for above in (0, 0.25, 0.5)] == [2, 1, 0]
        assert len(store.articles.newest(Language.NL, 50, None, 0)) == 3

    def test_a_better_translation_or_the_publishers_english_ends_it(self, store: Store, make_article: Make) -> None:
        number, _ = keep(store, make_article())
        (waiting,) = store.translations.waiting()
        store.translations.keep(waiting.revision, replace(translated("Half"), kept=3), NOW)
        assert store.translations.needing_review(0.5) == 1
        keep(store, make_article(body="<p>Anders.</p>"))
        assert store.translations.needing_review(0.5) == 1
        store.translations.keep(store.translations.waiting()[0].revision, replace(translated("Whole"), kept=0), NOW)
        assert store.translations.needing_review(0.5) == 0
        store.translations.keep(waiting.revision, replace(translated("Half"), kept=3), NOW)
        store.articles.keep_english(number, make_article("https://example.nl/en", language=Language.EN), NOW)
        assert store.translations.needing_review(0.5) == 0


class TestCorrections:
    def test_a_correction_makes_the_translations_with_its_sentence_wait_again(
        self, store: Store, make_article: Make
    ) -> None:
        for name, sentences in (("a", ["Een.", "‘Twee’."]), ("b", ["Een."])):
            keep(store, make_article(f"https://example.nl/{name}", title=name))
            (waiting,) = store.translations.waiting()
            store.translations.keep(waiting.revision, translated(name), NOW, sentences)
        done = store.corrections.keep({"'Twee'.": "Two."}, Provenance.IMPORTED, "a.tsv", NOW)
        assert done == Corrected(new=1, articles=1)
        (again,) = store.translations.waiting()
        assert again.words.title == "a"
        store.translations.keep(again.revision, translated("a"), NOW, ["Een.", "‘Twee’."])
        assert store.translations.waiting() == []
        same = store.corrections.keep({"‘Twee’.": "Two."}, Provenance.IMPORTED, "b.tsv", NOW)
        assert same == Corrected(unchanged=1)
        other = store.corrections.keep({"‘Twee’.": "Both."}, Provenance.IMPORTED, "b.tsv", NOW)
        assert other == Corrected(changed=1, articles=1)

    def test_one_of_lower_rank_touches_nothing_that_one_of_higher_rank_decides(
        self, store: Store, make_article: Make
    ) -> None:
        store.corrections.keep({"Een.": "One."}, Provenance.IMPORTED, "a.tsv", NOW)
        keep(store, make_article())
        store.translations.keep(store.translations.waiting()[0].revision, translated("a"), NOW, ["Een."])
        lower = store.corrections.keep({"Een.": "A."}, Provenance.PUBLISHER, "https://example.nl/en", NOW)
        assert lower == Corrected(new=1)
        assert store.translations.waiting() == []
        assert store.corrections.found(["Een."]) == {"Een.": "One."}
        assert [one.provenance for one in store.corrections.all()] == [Provenance.IMPORTED, Provenance.PUBLISHER]


class TestLinks:
    def test_a_link_is_due_until_it_is_taken_and_again_when_its_teaser_changes(
        self, store: Store, make_article: Make
    ) -> None:
        url = "https://example.nl/a"
        assert store.links.remember("metaal", [Found(url, "1")], NOW) == 1
        (due,) = store.links.due("metaal", NOW, 10)
        assert not due.known
        old = datetime(2020, 1, 1, tzinfo=UTC)
        number, _ = keep(store, make_article(url, published=old))
        store.links.taken(due, number, NOW)
        assert store.links.remember("metaal", [Found(url, "1")], NOW) == 0
        assert store.links.due("metaal", NOW, 10) == []
        store.links.remember("metaal", [Found(url, "2")], NOW)
        (again,) = store.links.due("metaal", NOW, 10)
        assert again.known

    def test_a_fresh_article_is_looked_at_again_after_a_day_and_an_old_one_is_not(
        self, store: Store, make_article: Make
    ) -> None:
        for url, published in (
            ("https://example.nl/nieuw", NOW),
            ("https://example.nl/oud", NOW - timedelta(days=400)),
        ):
            store.links.remember("metaal", [Found(url)], NOW)
            (due,) = store.links.due("metaal", NOW, 10)
            number, _ = keep(store, make_article(url, title=url, published=published))
            store.links.taken(due, number, NOW)
        assert store.links.due("metaal", NOW + timedelta(hours=20), 10) == []
        assert [d.url for d in store.links.due("metaal", NOW + timedelta(days=2), 10)] == ["https://example.nl/nieuw"]

    def test_a_link_that_keeps_failing_is_tried_less_and_less(self, store: Store) -> None:
        store.links.remember("metaal", [Found("https://example.nl/stuk")], NOW)
        for _ in range(3):
            (due,) = store.links.due("metaal", NOW, 10)
            store.links.failed(due, NOW)
        assert store.links.due("metaal", NOW + timedelta(hours=1), 10) == []
        assert len(store.links.due("metaal", NOW + timedelta(days=2), 10)) == 1

    def test_only_so_many_changed_links_are_due_at_once_longest_waiting_first(
        self, store: Store, make_article: Make
    ) -> None:
        old = datetime(2020, 1, 1, tzinfo=UTC)
        store.links.remember("metaal", [Found(f"https://example.nl/{n}", "1") for n in range(5)], NOW)
        for due in store.links.due("metaal", NOW, 10):
            store.links.taken(due, keep(store, make_article(due.url, title=due.url, published=old))[0], NOW)
        later = NOW + timedelta(hours=1)
        store.links.remember("metaal", [Found("https://example.nl/4", "2")], NOW)
        store.links.remember("metaal", [Found(f"https://example.nl/{n}", "2") for n in range(4)], later)
        assert [d.url[-1] for d in store.links.due("metaal", later, 3)] == ["4", "0", "1"]

    def test_only_so_many_new_links_are_due_at_once_and_the_rest_later(self, store: Store) -> None:
        store.links.remember("metaal", [Found(f"https://example.nl/{n}") for n in range(5)], NOW)
        assert [d.url[-1] for d in store.links.due("metaal", NOW, 2)] == ["0", "1"]
        assert store.links.waiting("metaal") == 5


def test_validators_are_replaced_as_a_whole(store: Store) -> None:
    url = "https://example.nl/nieuws"
    assert store.pages.kept(url) is None
    store.pages.remember(url, NOW, Validators('"a"', "yesterday"))
    store.pages.remember(url, NOW, Validators('"b"'))
    assert store.pages.kept(url).validators == Validators('"b"', "")


def test_an_address_or_answer_of_any_shape_is_kept(store: Store, make_article: Make) -> None:
    """Listings and pages name what they like; a database must not stumble over it."""
    long = "https://example.nl/" + "/".join(f"{number}-é" for number in range(2000))
    store.pages.remember(long, NOW, Validators('"a"'), body="Disallow: /\0geheim")
    assert store.pages.kept(long).validators == Validators('"a"')
    assert store.pages.kept(long + "x") is None
    assert store.pages.kept(long).body == "Disallow: /geheim"
    assert store.links.remember("metaal", [Found(long), Found(long + "x")], NOW) == 2
    number, _ = keep(store, make_article(long))
    assert keep(store, make_article("https://example.nl/elders", canonical=long))[0] == number


def test_an_interrupted_run_is_seen_as_such(store: Store) -> None:
    first = store.runs.begin(NOW)
    store.runs.end(first, NOW, {"files": 3})
    store.runs.begin(NOW)
    last, before = store.runs.last(5)
    assert last["finished"] is None
    assert before["summary"] == {"files": 3}


class TestMigrations:
    def test_a_store_of_an_older_version_is_brought_up_to_date_with_its_contents(
        self, store_url: str, make_article: Make
    ) -> None:
        with open_store(store_url) as store:
            keep(store, make_article())

        def second(connection: Connection) -> None:
            connection.execute(text("ALTER TABLE article ADD COLUMN note TEXT DEFAULT ''"))

        engine = create_engine(store_url)
        for _ in range(2):
            schema.migrate(engine, [*schema.MIGRATIONS, second])
        with engine.connect() as connection:
            assert connection.execute(text("SELECT note FROM article")).all() == [("",)]
            assert connection.execute(text("SELECT version FROM schema_version")).all() == [(2,)]
        engine.dispose()

    def test_a_store_of_a_later_version_is_refused_and_left_alone(self, store_url: str) -> None:
        with open_store(store_url) as store, store._engine.begin() as connection:
            connection.execute(text("UPDATE schema_version SET version = 99"))
        for _ in range(2):
            with pytest.raises(StoreError, match="written by a later version"), open_store(store_url):
                pass


@pytest.mark.parametrize("contents", [b"geen database", b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_broken_file_is_told_with_the_mend_and_left_alone(tmp_path: Path, contents: bytes) -> None:
    file = tmp_path / "broken.db"
    file.write_bytes(contents)
    with pytest.raises(StoreError, match=r"broken\.db: .*tweeklank store repair"), open_store(f"sqlite:///{file}"):
        pass
    assert file.read_bytes() == contents


@pytest.mark.parametrize("url", ["nergens", "mysqlx://a/b"])
def test_an_address_that_is_no_database_is_told(url: str) -> None:
    with pytest.raises(StoreError, match="is not a database address"), open_store(url):
        pass


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_ten_thousand_articles_change_nothing_noticeable(store: Store, make_article: Make) -> None:
    """Reading a feed's worth of entries walks an index: the plan does not scan the articles."""
    article = make_article()
    for number in range(60):
        keep(store, replace(article, url=f"https://example.nl/{number}", canonical=f"https://example.nl/{number}",
                            title=str(number), body=f"<p>{number}</p>"))  # fmt: skip
    with store._engine.connect() as connection:
        plan = connection.execute(
            text("EXPLAIN QUERY PLAN SELECT id FROM article ORDER BY published DESC, id DESC LIMIT 50")
        ).all()
    assert any("article_by_date" in str(row) for row in plan)
    assert not any("TEMP B-TREE" in str(row) for row in plan)
