"""The history: every article can be reached from the feed, and what was archived stays as it is (RFC 5005)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import feedparser
import pytest
from feed_rules import ARCHIVE, complaints
from lxml import etree
from newsroom import ENGLISH, NOW, Newsroom, dutch
from sqlalchemy import event

BASE = "https://example.org/convenant/"


@pytest.fixture
def small(newsroom: Newsroom) -> Newsroom:
    """Three articles to a feed, and ten of them, translated."""
    small = newsroom.with_publication(entries=3)
    for number in range(10):
        small.write(dutch(number))
    small.translate()
    return small


def archived(newsroom: Newsroom) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted((newsroom.output / "archive").glob("*"))}


def chain(newsroom: Newsroom, name: str) -> list[feedparser.FeedParserDict]:
    """The feed and what it leads back to."""
    found = []
    while name:
        feed = feedparser.parse(newsroom.read(name))
        found.append(feed)
        name = "".join(link.href for link in feed.feed.links if link.rel == "prev-archive").removeprefix(BASE)
    return found


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_reader_finds_every_article_there_ever_was(small: Newsroom, language: str) -> None:
    small.publish()
    current, *documents = chain(small, f"{language}.atom.xml")
    assert [len(document.entries) for document in documents] == [1, 3, 3, 3]
    assert len({entry.id for document in documents for entry in document.entries}) == 10
    assert {document.feed.id for document in documents} == {current.feed.id}
    for number, document in enumerate(reversed(documents), 1):
        links = {link.rel: link.href for link in document.feed.links}
        assert links["self"] == f"{BASE}archive/{language}-{number:04}.atom.xml"
        assert links["current"] == f"{BASE}{language}.atom.xml"
        following = f"{BASE}archive/{language}-{number + 1:04}.atom.xml" if number < 4 else None
        assert links.get("next-archive") == following


def test_archive_documents_are_valid_and_say_what_they_are(small: Newsroom) -> None:
    small.publish()
    for name, content in archived(small).items():
        assert complaints(content, f"{BASE}archive/{name}") == []
        assert etree.fromstring(content).find(ARCHIVE) is not None
    for name in ("nl.atom.xml", "nl.rss.xml", "nl-en.atom.xml", "fietsen/nl.atom.xml"):
        assert etree.fromstring(small.read(name)).find(ARCHIVE) is None


def test_what_is_full_stays_as_it_is_when_articles_come_in_even_old_ones(small: Newsroom) -> None:
    small.publish()
    before = archived(small)
    small.write(dutch(50))
    small.write(dutch(51, published=datetime(2001, 1, 1, tzinfo=UTC)))  # found late
    small.translate()
    small.publish()
    after = archived(small)
    changed = {name for name, content in after.items() if before.get(name) != content}
    assert changed == {"nl-0004.atom.xml", "en-0004.atom.xml"}
    assert b"bericht-51" in after["nl-0004.atom.xml"]


def test_nothing_is_written_or_read_when_there_is_no_news(small: Newsroom) -> None:
    asked: list[str] = []
    event.listen(small.store._engine, "before_cursor_execute", lambda *given: asked.append(given[2]))

    def queries() -> int:
        asked.clear()
        assert small.publish().written == 0
        return len(asked)

    small.publish()
    few = queries()
    for number in range(10, 60):
        small.write(dutch(number))
    small.translate()
    small.publish()
    assert queries() == few


def test_a_correction_is_written_into_the_one_document_that_it_is_about(small: Newsroom) -> None:
    small.publish()
    before = archived(small)
    small.write(dutch(1, body="<p>Nu met correctie.</p>"), now=NOW + timedelta(days=9))
    small.publish()
    after = archived(small)
    assert b"Nu met correctie" in after["nl-0001.atom.xml"]
    same = {name for name in after if after[name] == before[name]}
    assert same >= {f"{language}-000{number}.atom.xml" for language in ("nl", "en") for number in (2, 3, 4)}


def test_english_that_comes_late_joins_its_article(newsroom: Newsroom) -> None:
    small = newsroom.with_publication(entries=2)
    for number in range(5):
        small.write(dutch(number))
    small.publish()
    assert [len(document.entries) for document in chain(small, "en.atom.xml")] == [0, 0, 0, 0]
    small.translate(ENGLISH)
    small.publish()
    assert [len(document.entries) for document in chain(small, "en.atom.xml")] == [2, 1, 2, 2]


def test_what_is_lost_or_moved_is_written_anew(small: Newsroom) -> None:
    small.publish()
    before = archived(small)
    (small.output / "archive/nl-0002.atom.xml").unlink()
    (small.output / "archive/en-0003.atom.xml").write_bytes(b"half a fi")
    assert {file.name for file in small.publish().changed} == {"nl-0002.atom.xml", "en-0003.atom.xml"}
    assert archived(small) == before
    moved = small.with_publication(base_url="https://elders.example/")
    moved.publish()
    assert not [name for name, content in archived(moved).items() if BASE.encode() in content]


def test_a_small_publication_has_no_archive(two_articles: Newsroom) -> None:
    two_articles.publish()
    assert not (two_articles.output / "archive").exists()
    assert b"prev-archive" not in two_articles.read("nl.atom.xml")
