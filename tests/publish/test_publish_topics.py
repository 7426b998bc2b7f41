"""Topics have feeds and a list of their own."""

from __future__ import annotations

import json
from dataclasses import replace

import feedparser
import pytest
from feed_rules import complaints
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html
from newsroom import Newsroom, dutch

from tweeklank.publish.topics import topic_slug

BASE = "https://example.org/convenant/"


def titles(newsroom: Newsroom, name: str) -> list[str]:
    return [entry.title.split(":")[0] for entry in feedparser.parse(newsroom.read(name)).entries]


def folders(newsroom: Newsroom) -> set[str]:
    newsroom.publish()
    return {folder.name for folder in (newsroom.output / "topics").iterdir()}


def test_a_topic_of_a_source_has_feeds_even_before_its_first_article(newsroom: Newsroom) -> None:
    assert folders(newsroom) == {"fietsen"}
    assert titles(newsroom, "topics/fietsen/nl.atom.xml") == []
    newsroom.write(dutch(1))
    newsroom.write(dutch(2), "koffie")
    newsroom.translate()
    newsroom.publish()
    assert titles(newsroom, "topics/fietsen/nl.atom.xml") == ["Bericht 1"]
    names = {file.name for file in (newsroom.output / "topics/fietsen").iterdir()}
    feeds = {f"{language}.{form}.xml" for language in ("nl", "en", "nl-en") for form in ("atom", "rss")}
    assert names == feeds | {"nl.json", "en.json", "nl.html", "en.html"}
    for name in feeds:
        assert complaints(newsroom.read(f"topics/fietsen/{name}"), f"{BASE}topics/fietsen/{name}") == []
    assert json.loads(newsroom.read("topics/fietsen/en.json"))["home_page_url"] == f"{BASE}topics/fietsen/en.html"


def test_a_topic_of_articles_needs_three_of_them_and_then_stays(newsroom: Newsroom) -> None:
    small = newsroom.with_publication(entries=3)
    for number in (1, 2):
        small.write(dutch(number, topics=("Eerlijk loon",)))
    assert folders(small) == {"fietsen"}
    small.write(dutch(3, topics=("eerlijk LOON",)))
    assert folders(small) == {"fietsen", "eerlijk-loon"}
    for number in (4, 5, 6):
        small.write(dutch(number, topics=("Eerlijk loon",) if number == 6 else ()))
    small.publish()
    assert titles(small, "topics/eerlijk-loon/nl.rss.xml") == ["Bericht 6"], "its followers were forgotten"


def test_a_topic_is_spelled_as_its_source_does(newsroom: Newsroom) -> None:
    newsroom.write(dutch(1, topics=("FIETSEN",)))
    newsroom.publish()
    assert feedparser.parse(newsroom.read("topics/fietsen/nl.atom.xml")).feed.title == "fietsen · Convenantnieuws"


def test_lists_and_pages_lead_to_a_topics_feeds(two_articles: Newsroom) -> None:
    two_articles.publish()
    opml = etree.fromstring(two_articles.read("subscriptions.opml"))
    assert len(opml.xpath(f"//outline[starts-with(@xmlUrl, '{BASE}topics/fietsen/')]")) == 3
    page = html.document_fromstring(two_articles.read("topics/fietsen/en.html").decode())
    assert page.findtext(".//h1") == "fietsen"
    assert {"en.atom.xml", "en.json", "nl-en.rss.xml"} <= {
        link.rsplit("/", 1)[1] for link in page.xpath("//link[@rel='alternate'][@type]/@href")
    }
    listing = html.document_fromstring(two_articles.read("nl/index.html").decode())
    assert listing.xpath("//a[@data-topic='fietsen']/@href") == ["../topics/fietsen/nl.html"]
    article = html.document_fromstring(two_articles.read("en/bericht-1-cc99743d.html").decode())
    assert article.xpath("//p[@class='kicker']//a/@href") == ["../topics/fietsen/en.html"]
    assert "ketenonderzoek" in article.findtext(".//p[@class='kicker']/span[2]")


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("metaal", "metaal"),
        ("Eerlijk Loon", "eerlijk-loon"),
        ("eerlijk-loon", "eerlijk-loon--7d0e"),
        ("coöperatie", "cooperatie--"),
        ("../../etc", "etc--"),
        ("資源", "topic--"),
    ],
)
def test_the_name_of_a_topics_folder_is_plain(name: str, slug: str) -> None:
    assert topic_slug(name).startswith(slug[:12])


@given(st.lists(st.text(max_size=80), max_size=6))
def test_no_two_topics_share_a_folder_and_none_leaves_its_own(names: list[str]) -> None:
    folded = {" ".join(name.split()).casefold() for name in names}
    slugs = {topic_slug(name) for name in folded}
    assert len(slugs) == len(folded)
    for slug in slugs:
        assert slug.isascii()
        assert slug.replace("-", "").isalnum()
        assert 0 < len(slug) <= 70


def test_topics_of_a_source_are_those_of_all_its_articles(newsroom: Newsroom) -> None:
    config = newsroom.config
    sources = (replace(config.sources[0], topics=("Coöperatie & co",)), config.sources[1])
    other = Newsroom(replace(config, sources=sources), newsroom.store)
    other.write(dutch(1))
    (folder,) = folders(other)
    assert folder == topic_slug("Coöperatie & co")
    assert titles(other, f"topics/{folder}/nl.rss.xml") == ["Bericht 1"]
