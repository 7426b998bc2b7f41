"""newsboat, a real reader with its own cache, across three syncs: a new article, a changed one, one that moved."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from story import VISIT

# One format at a time: newsboat keeps an id once, whatever number of feeds it is in.
FORMS = {form: (f"nl.{form}.xml", f"en.{form}.xml") for form in ("atom", "rss")}


@dataclass(frozen=True)
class Item:
    guid: str
    title: str
    content: str
    url: str
    unread: bool


class Newsboat:
    """The program with a home of its own, subscribed to both languages of a story in one format."""

    def __init__(self, program: str, home: Path, base: str, form: str) -> None:
        self.program, self.home, self.base, self.feeds = program, home, base, FORMS[form]
        home.mkdir()
        (home / "urls").write_text("".join(f"{base}{name}\n" for name in self.feeds))
        (home / "config").write_text("mark-as-read-on-hover no\n")

    def reload(self) -> None:
        command = [self.program, "-u", "urls", "-c", "cache.db", "-C", "config", "-x", "reload"]
        own = os.environ | {"HOME": str(self.home), "LC_ALL": "C.UTF-8"}
        done = subprocess.run(command, cwd=self.home, env=own, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr

    def items(self, name: str) -> dict[str, Item]:
        """What newsboat has of a feed, by the last part of the entry's id."""
        select = "select guid, title, content, url, unread from rss_item where feedurl = ? and deleted = 0"
        with closing(sqlite3.connect(self.home / "cache.db")) as cache:
            rows = cache.execute(select, [self.base + name]).fetchall()
        items = {Path(row[0].rpartition(":")[0]).name: Item(*row[:4], unread=bool(row[4])) for row in rows}
        assert len(items) == len(rows), "an article is there twice"
        return items

    def read_all(self) -> None:
        with closing(sqlite3.connect(self.home / "cache.db")) as cache, cache:
            cache.execute("update rss_item set unread = 0")


@pytest.fixture(scope="session")
def program():
    found = shutil.which("newsboat")
    if not found:
        pytest.skip("newsboat is not installed; apt-get install newsboat")
    return found


@pytest.fixture(params=FORMS)
def newsboat(request, program, calm, tmp_path):
    return Newsboat(program, tmp_path / "newsboat", calm.base, request.param)


def test_a_subscriber_sees_each_article_once_and_each_change(story, program, tmp_path):
    readers = [Newsboat(program, tmp_path / form, story.base, form) for form in FORMS]
    for reader in readers:
        reader.reload()
        for name in reader.feeds:
            assert set(reader.items(name)) == {"convenant-ondertekend", "bezoek-aan-fabriek"}
        reader.read_all()

    _next_second()
    story.new_article()
    guids = {}
    for reader in readers:
        reader.reload()
        for name in reader.feeds:
            items = reader.items(name)
            assert {key for key, item in items.items() if item.unread} == {"webinar-leefbaar-loon"}
            guids[name] = {item.guid for item in items.values()}
        reader.read_all()

    _next_second()
    story.changed_article()
    for reader in readers:
        reader.reload()
        for name in reader.feeds:
            item = reader.items(name)["convenant-ondertekend"]
            assert ("dertien" if name.startswith("nl") else "thirteen") in item.title
            assert "minister" in item.content

    _next_second()
    story.moved_article()
    for reader in readers:
        reader.reload()
        for name in reader.feeds:
            items = reader.items(name)
            assert {item.guid for item in items.values()} == guids[name]
            assert not any(item.unread for item in items.values())


def _next_second():
    """newsboat asks by date too, and takes what is as old to the second for the same."""
    time.sleep(1 - time.time() % 1)


def test_a_dutch_article_opens_at_its_publisher(calm, newsboat):
    newsboat.reload()
    assert newsboat.items(newsboat.feeds[0])["bezoek-aan-fabriek"].url == calm.site.base + VISIT


def test_each_feed_is_in_its_own_language(newsboat):
    newsboat.reload()
    for name in newsboat.feeds:
        dutch = name.startswith("nl")
        content = newsboat.items(name)["convenant-ondertekend"].content
        assert ("overheid" in content) is dutch
        assert ("government" in content) is not dutch
        assert ("Machine-translated from Dutch" in content) is not dutch


def test_a_feed_without_news_is_not_downloaded_again(newsboat, caplog):
    def statuses():
        told = [record.getMessage() for record in caplog.records if record.name == "tweeklank.access"]
        return [json.loads(line)["status"] for line in told]

    with caplog.at_level("INFO", logger="tweeklank.access"):
        # newsboat 2.21 notes the entity tag of a feed from the second time on.
        for time_asked in (1, 2, 3):
            newsboat.reload()
            # The line in the log comes when newsboat has its answer already.
            while len(statuses()) < time_asked * len(newsboat.feeds):
                time.sleep(0.01)
    assert statuses()[-len(newsboat.feeds) :] == [304] * len(newsboat.feeds)
