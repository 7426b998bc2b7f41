"""An article that its publisher takes back leaves the feeds, and says so; one that returns is the same one."""

from __future__ import annotations

from pathlib import Path

import feedparser
from lxml import etree

from tests.pipeline.conftest import Command, Site, contents, sync

DELETED = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"


def visit(tweeklank: Command, config_file: Path) -> dict:
    """What a sync tells of the one source."""
    return sync(tweeklank, config_file)["sources"][0]


def ids(folder: Path, name: str) -> list[str]:
    return [entry.id for entry in feedparser.parse(str(folder / name)).entries]


def deleted(folder: Path, name: str) -> list[str]:
    return [note.get("ref") for note in etree.parse(folder / name).getroot().findall(DELETED)]


def dated(site: Site, slug: str, day: str) -> None:
    path = f"/nieuws/{slug}"
    site.publish(slug)
    site.pages[path] = site.pages[path].replace("18 juni 2026", day)


def test_a_withdrawn_article_leaves_the_feeds_and_comes_back_as_the_same_one(
    tweeklank: Command, config_file: Path, site: Site
) -> None:
    for slug, day in (("zink", "16 juni 2026"), ("koper", "17 juni 2026"), ("kwikzilver", "20 juni 2026")):
        dated(site, slug, day)
    feeds = config_file.parent / "feeds"
    visit(tweeklank, config_file)
    before = {name: ids(feeds, name) for name in ("nl.atom.xml", "en.atom.xml", "nl-en.atom.xml")}
    (own_id,) = [one for one in before["nl.atom.xml"] if "kwikzilver" in one]

    page = site.pages.pop("/nieuws/kwikzilver")
    site.publish()
    reports = [visit(tweeklank, config_file) for _ in range(3)]
    assert [report["withdrawn"] for report in reports] == [0, 0, 1]
    assert site.requests.count("/nieuws/kwikzilver") == 4
    for name, ending in (("nl.atom.xml", "nl"), ("en.atom.xml", "en"), ("metaal/nl.atom.xml", "nl")):
        assert deleted(feeds, name) == [own_id.removesuffix("nl") + ending]
        assert len(ids(feeds, name)) == 2
    assert own_id.removesuffix(":nl") + ":nl-en" in deleted(feeds, "nl-en.atom.xml")
    for name in ("nl.rss.xml", "nl.json", "en.json", "nl/index.html", "en/index.html", "sitemap.xml"):
        assert "kwikzilver" not in (feeds / name).read_text()
    for page_file in feeds.glob("*/*kwikzilver*.html"):
        assert "misstanden" not in page_file.read_text()
        assert "noindex" in page_file.read_text()
    assert len(list(feeds.glob("*/*kwikzilver*.html"))) == 2

    written = contents(feeds)
    assert visit(tweeklank, config_file)["withdrawn"] == 0
    assert contents(feeds) == written

    site.pages["/nieuws/kwikzilver"] = page
    site.publish()
    assert visit(tweeklank, config_file)["returned"] == 1
    assert {name: ids(feeds, name) for name in before} == before
    assert deleted(feeds, "nl.atom.xml") == []
    (again,) = [one for one in feedparser.parse(str(feeds / "nl.atom.xml")).entries if one.id == own_id]
    assert again.updated > "2026-06-20", "a reader that has seen the note would pass over an older entry"
    assert any("misstanden" in file.read_text() for file in feeds.glob("nl/*kwikzilver*.html"))
