"""feedparser, which many readers are made of, across three syncs: a new article, a changed one, one that moved."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import feedparser
import pytest
from story import FIRST_NEWS, SIGNED, VISIT, WEBINAR_MOVED

FEEDS = ("nl.atom.xml", "nl.rss.xml", "en.atom.xml", "en.rss.xml", "nl-en.atom.xml", "fietsen/en.atom.xml")


@dataclass
class Subscription:
    """A feed as a reader keeps it: conditional requests, entries by their ids."""

    address: str
    etag: str | None = None
    modified: str | None = None
    entries: dict[str, feedparser.FeedParserDict] = field(default_factory=dict)
    language: str = ""

    def refresh(self) -> int:
        """Asks for the feed if it changed; returns the status."""
        found = feedparser.parse(self.address, etag=self.etag, modified=self.modified)
        if found.status == 200:
            assert not found.bozo
            assert len({entry.id for entry in found.entries}) == len(found.entries)
            self.entries |= {entry.id: entry for entry in found.entries}
            self.etag, self.modified = found.etag, found.modified
            self.language = found.feed.get("language", "")
        return int(found.status)

    def text(self, part: str) -> str:
        """The text of the one entry whose id or title has ``part`` in it."""
        (entry,) = (entry for entry in self.entries.values() if part in entry.id)
        return entry.title + entry.content[0].value


def test_a_subscriber_sees_each_article_once_and_each_change(story):
    feeds = [Subscription(story.base + name) for name in FEEDS]
    assert [feed.refresh() for feed in feeds] == [200] * len(feeds)
    first = [set(feed.entries) for feed in feeds]
    assert [len(ids) for ids in first] == [2] * len(feeds)
    assert [feed.refresh() for feed in feeds] == [304] * len(feeds)

    story.new_article()
    assert [feed.refresh() for feed in feeds] == [200] * len(feeds)
    for feed, ids in zip(feeds, first, strict=True):
        assert set(feed.entries) > ids
        assert len(feed.entries) == 3
    known = [set(feed.entries) for feed in feeds]

    story.changed_article()
    assert [feed.refresh() for feed in feeds] == [200] * len(feeds)
    assert [set(feed.entries) for feed in feeds] == known
    for feed in feeds:
        text = feed.text("convenant-ondertekend")
        assert "minister" in text
        assert "dertien" in text or "thirteen" in text

    story.moved_article()
    assert [feed.refresh() for feed in feeds] == [200] * len(feeds)
    assert [set(feed.entries) for feed in feeds] == known
    for feed in feeds:
        assert [entry.link for entry in feed.entries.values()].count(story.site.base + WEBINAR_MOVED) == 1

    assert story.sync().idle
    assert [feed.refresh() for feed in feeds] == [304] * len(feeds)


def test_an_atom_entry_that_changed_has_a_new_date_of_change_and_the_same_date_of_publication(story):
    feed = Subscription(f"{story.base}en.atom.xml")
    feed.refresh()
    (before,) = (entry for entry in feed.entries.values() if "convenant-ondertekend" in entry.id)
    story.changed_article()
    feed.refresh()
    after = feed.entries[before.id]
    assert after.published == before.published
    assert time.strftime("%Y%m%d%H%M%S", after.updated_parsed) > time.strftime("%Y%m%d%H%M%S", before.updated_parsed)


@pytest.mark.parametrize(
    ("name", "language", "own", "other"),
    [("nl.atom.xml", "nl", "overheid", "government"), ("nl.rss.xml", "nl", "overheid", "government"),
     ("en.atom.xml", "en", "government", "overheid"), ("en.rss.xml", "en", "government", "overheid")],
)  # fmt: skip
def test_each_feed_is_in_its_own_language(calm, name, language, own, other):
    feed = Subscription(calm.base + name)
    feed.refresh()
    text = feed.text("convenant-ondertekend")
    assert own in text
    assert other not in text
    assert feed.language == language


def test_two_feeds_of_one_publication_have_no_id_in_common(calm):
    ids = []
    for name in ("nl.atom.xml", "en.atom.xml", "nl-en.atom.xml"):
        feed = Subscription(calm.base + name)
        feed.refresh()
        ids += feed.entries
    assert len(ids) == len(set(ids)) == 3 * len(FIRST_NEWS)


def test_entries_lead_to_the_publisher(calm):
    feed = Subscription(f"{calm.base}nl.rss.xml")
    feed.refresh()
    assert {entry.link for entry in feed.entries.values()} == {calm.site.base + path for path in (SIGNED, VISIT)}
