"""What readers see of articles that left the publication, and of those that came back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from feed_rules import DELETED, complaints
from lxml import etree
from newsroom import NOW, Newsroom, dutch

from tweeklank.article import Language
from tweeklank.store.retention import take_back, withdraw

BASE = "https://example.org/convenant/"
LATER = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
def small(newsroom: Newsroom) -> Newsroom:
    """Three articles to a feed, and ten of them, translated and published."""
    small = newsroom.with_publication(entries=3)
    for number in range(1, 11):
        small.write(dutch(number))
    small.translate()
    small.publish()
    return small


def change(newsroom: Newsroom, article: int, step=withdraw, now: datetime = LATER) -> None:
    with newsroom.store._engine.begin() as connection:
        assert step(connection, article, now)
    newsroom.publish()


def notes(newsroom: Newsroom, name: str) -> list[str]:
    return [note.get("ref") for note in etree.fromstring(newsroom.read(name)).findall(DELETED)]


def test_feeds_with_a_note_are_valid_and_the_next_article_moves_up(small: Newsroom) -> None:
    change(small, 10)
    for name in ("nl.atom.xml", "en.atom.xml", "nl-en.atom.xml", "fietsen/nl.atom.xml", "topics/fietsen/en.atom.xml"):
        assert len(notes(small, name)) == 1
        assert len(etree.fromstring(small.read(name)).findall("{*}entry")) == 3
        assert complaints(small.read(name), BASE + name) == []
    assert notes(small, "koffie/nl.atom.xml") == []
    assert b"deleted-entry" not in small.read("nl.rss.xml")


def test_an_archive_document_says_it_in_place_and_no_other_one_changes(small: Newsroom) -> None:
    before = {file.name: file.read_bytes() for file in (small.output / "archive").glob("*")}
    change(small, 2)
    after = {file.name: file.read_bytes() for file in (small.output / "archive").glob("*")}
    assert {name for name in after if after[name] != before[name]} == {"nl-0001.atom.xml", "en-0001.atom.xml"}
    assert len(notes(small, "archive/nl-0001.atom.xml")) == 1
    assert complaints(after["nl-0001.atom.xml"], f"{BASE}archive/nl-0001.atom.xml") == []
    change(small, 2, take_back, LATER + timedelta(days=1))
    assert notes(small, "archive/nl-0001.atom.xml") == []
    assert len(etree.fromstring(small.read("archive/nl-0001.atom.xml")).findall("{*}entry")) == 3


def test_a_note_leaves_the_feed_when_all_its_entries_are_newer(small: Newsroom) -> None:
    change(small, 2)
    assert len(notes(small, "nl.atom.xml")) == 1
    for number in range(20, 23):
        small.write(dutch(number, published=LATER + timedelta(days=number)))
    small.publish()
    assert notes(small, "nl.atom.xml") == []
    assert len(notes(small, "archive/nl-0001.atom.xml")) == 1


def test_the_page_of_one_that_comes_back_is_an_article_again_even_an_old_one(small: Newsroom) -> None:
    article = small.store.history.read([1], Language.NL)[0]
    page = f"nl/{article.slug}.html"
    change(small, 1)
    assert b"Eerste alinea" not in small.read(page)
    assert b"ingetrokken" in small.read(page)
    change(small, 1, take_back, LATER + timedelta(days=1))
    assert b"Eerste alinea van 1," in small.read(page)
    assert b"First paragraph" in small.read(f"en/{article.slug}.html")
    assert small.publish().written == 0


def test_files_of_a_former_topic_do_not_keep_it(small: Newsroom) -> None:
    slug = small.store.history.read([10], Language.NL)[0].slug
    former = small.output / "topics/vroeger"
    former.mkdir()
    for name in ("nl.json", "en.html"):
        (former / name).write_text(f"... {slug}.html ...")
    (former / "nl.html").write_text("iets anders")
    (small.output / "eigen.html").write_text(f"... {slug}.html ...")
    change(small, 10)
    assert [file.name for file in former.iterdir()] == ["nl.html"]
    assert (small.output / "eigen.html").exists()


def test_a_withdrawn_article_is_not_translated(newsroom: Newsroom) -> None:
    newsroom.write(dutch(1), now=NOW)
    change(newsroom, 1)
    assert newsroom.store.translations.waiting() == []
