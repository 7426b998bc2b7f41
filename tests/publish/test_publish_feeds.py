"""RSS, Atom and JSON feeds: valid, complete, and clear about where words come from."""

from __future__ import annotations

import json
import re
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import feedparser
import pytest
from feed_rules import ATOM, LANG, MEDIA, complaints
from lxml import etree, html
from newsroom import ENGLISH, MODEL, NOW, Newsroom, dutch

from tweeklank.article import Image, Rendering

NASTY = 'Sluit </title><script>alert("x")</script> & \x00\x08\x1b\ufffe \U0001f6b2 𝔻 ]]> <b>vet</b> \x7f\x85\ufffd'


def assert_valid(newsroom: Newsroom) -> int:
    base = newsroom.config.publication.base_url
    feeds = sorted(newsroom.output.rglob("*.xml"))
    feeds = [feed for feed in feeds if feed.name.endswith((".atom.xml", ".rss.xml"))]
    for feed in feeds:
        name = feed.relative_to(newsroom.output).as_posix()
        assert (name, complaints(feed.read_bytes(), base + name)) == (name, [])
        parsed = feedparser.parse(feed.read_bytes())
        assert (name, parsed.bozo) == (name, 0)
    return len(feeds)


def parsed(newsroom: Newsroom, name: str) -> feedparser.FeedParserDict:
    newsroom.publish()
    return feedparser.parse(newsroom.read(name))


def test_every_feed_is_valid(two_articles: Newsroom) -> None:
    two_articles.publish()
    assert assert_valid(two_articles) == 4 * 6  # all, two sources and a topic: two formats in two languages and in both


def test_feeds_without_entries_are_valid_and_have_no_date_of_their_own(newsroom: Newsroom) -> None:
    newsroom.publish()
    assert_valid(newsroom)
    assert b"Sat, 01 Jan 2000 00:00:00 +0000" in newsroom.read("en.rss.xml")


def test_the_widest_entry_and_the_barest_are_valid(newsroom: Newsroom) -> None:
    bare = dutch(1, lead="", body="", image=None, author="", topics=(), published=None)
    newsroom.write(bare)
    image = Image('https://fietsen.example/één foto.jpg?a="b"&c=<d>', NASTY, NASTY, NASTY, "image/jpeg; charset=x", 0)
    newsroom.write(dutch(2, title=NASTY, lead=NASTY, author=NASTY, topics=(NASTY, "Fietsen", "FIETSEN"), image=image))
    newsroom.write(dutch(3, image=Image("https://fietsen.example/foto")))  # type unknown
    newsroom.write(dutch(4, image=Image("data:image/png;base64,AAAA")))
    newsroom.write(dutch(5, url="https://münchen.example/é è.html", canonical="https://münchen.example/é è.html"))
    newsroom.translate(Rendering(NASTY, NASTY, "<p>\x0b &lt;b&gt; \U0001f6b2</p>", NASTY, NASTY), kept=2)
    newsroom.publish()
    assert_valid(newsroom)
    titles = [entry.title for entry in feedparser.parse(newsroom.read("nl.rss.xml")).entries]
    assert any("\U0001f6b2 𝔻" in title for title in titles)


@pytest.mark.parametrize(
    ("address", "published"),
    [
        ("https://münchen.example:8443/f.jpg", "https://xn--mnchen-3ya.example:8443/f.jpg"),
        ("https://bücher..nl/f.jpg", "https://b%C3%BCcher..nl/f.jpg"),
        (f"https://{'é' * 70}.nl/f.jpg", f"https://{'%C3%A9' * 70}.nl/f.jpg"),
        ("https://اab.nl/f.jpg", "https://%D8%A7ab.nl/f.jpg"),
    ],
    ids=["a port", "an empty label", "a label that is too long", "directions mixed"],
)
def test_a_host_that_is_no_domain_name_stops_no_feed(newsroom: Newsroom, address: str, published: str) -> None:
    newsroom.write(dutch(1, image=Image(address, media_type="image/jpeg")))
    newsroom.publish()
    assert_valid(newsroom)
    assert published in newsroom.read("nl.rss.xml").decode()


def test_articles_of_one_day_have_dates_of_change_that_differ(newsroom: Newsroom) -> None:
    day = datetime(2026, 6, 1, tzinfo=UTC)
    for number in range(8):
        newsroom.write(dutch(number, published=day))
    newsroom.publish()
    assert_valid(newsroom)
    changed = [entry.updated for entry in feedparser.parse(newsroom.read("nl.atom.xml")).entries]
    assert {date[:19] for date in changed} == {"2026-06-01T00:00:00"}


def test_an_entry_has_the_full_text_and_all_that_is_known(two_articles: Newsroom) -> None:
    for name in ("nl.atom.xml", "nl.rss.xml"):
        entry = parsed(two_articles, name).entries[1]
        content = entry.content[0].value
        assert entry.id == "tag:fietsen.example,2026:nieuws/bericht-1:nl"
        assert entry.title == "Bericht 1: frames uit Vietnam"
        assert entry.link == "https://fietsen.example/nieuws/bericht-1"
        assert entry.summary == "De deelnemers gingen op bezoek bij vier fabrieken."
        assert entry.author == "An de Wit"
        assert entry.published_parsed[:3] == (2026, 6, 2)
        assert [tag.term for tag in entry.tags] == ["Fietsconvenant", "fietsen", "ketenonderzoek"]
        assert content.index("<strong>De deelnemers") < content.index("<figure>") < content.index("Eerste alinea")
        assert '<a href="https://example.org/bron">bron</a>' in content
        assert "Lassen in de werkplaats <small>Beeld: R. Kneschke</small>" in content
        assert content.rstrip().endswith(
            'Bron: <a href="https://fietsen.example/nieuws/bericht-1">Fietsconvenant</a>, 2 juni 2026</small></p>'
        )
        (enclosure,) = entry.enclosures
        assert (enclosure.href, enclosure.type, enclosure.length) == (
            "https://fietsen.example/img/frame.jpg",
            "image/jpeg",
            "4321",
        )
        assert entry.media_content[0]["url"] == enclosure.href
        assert entry.media_credit[0]["content"] == "R. Kneschke"


def test_a_machine_translation_says_so_before_anything_else(two_articles: Newsroom) -> None:
    two_articles.publish()
    for name in ("en.atom.xml", "en.rss.xml", "fietsen/en.atom.xml"):
        human, machine = feedparser.parse(two_articles.read(name)).entries
        content = machine.content[0].value
        assert content.startswith(
            f"<p><small>Machine-translated from Dutch by {MODEL}. One sentence is left in Dutch. "
        )
        assert '<a href="https://fietsen.example/nieuws/bericht-1" hreflang="nl">Read the original</a>' in content
        assert "machine-translated" in [tag.term for tag in machine.tags]
        assert "Machine-translated" not in human.content[0].value
        assert "machine-translated" not in [tag.term for tag in human.tags]
        assert "English text by the publisher" in human.content[0].value


def test_languages_are_told_and_lead_to_each_other(two_articles: Newsroom) -> None:
    two_articles.publish()
    page = "https://example.org/convenant/en/bericht-1-cc99743d.html"
    expected = {
        ("nl", 2): {("nl", "https://fietsen.example/nieuws/bericht-2"), ("en", "https://fietsen.example/en/news/1")},
        ("nl", 1): {("nl", "https://fietsen.example/nieuws/bericht-1"), ("en", page)},
        ("en", 2): {("nl", "https://fietsen.example/nieuws/bericht-2"), ("en", "https://fietsen.example/en/news/1")},
        ("en", 1): {("nl", "https://fietsen.example/nieuws/bericht-1"), ("en", page)},
    }
    entry_links = {
        ("nl", 2): "https://fietsen.example/nieuws/bericht-2",
        ("nl", 1): "https://fietsen.example/nieuws/bericht-1",
        ("en", 2): "https://fietsen.example/en/news/1",
        ("en", 1): "https://fietsen.example/nieuws/bericht-1",
    }
    for language in ("nl", "en"):
        root = etree.fromstring(two_articles.read(f"{language}.atom.xml"))
        assert root.get(LANG) == language
        for number, entry in zip((2, 1), root.findall(f"{ATOM}entry"), strict=True):
            assert entry.get(LANG) == language
            links = {rel: entry.findall(f"{ATOM}link[@rel='{rel}']") for rel in ("alternate", "related")}
            assert [link.get("href") for link in links["alternate"]] == [entry_links[language, number]]
            both = [*links["alternate"], *links["related"]]
            assert {(link.get("hreflang"), link.get("href")) for link in both} == expected[language, number]
        rss = feedparser.parse(two_articles.read(f"{language}.rss.xml"))
        assert rss.feed.language == language
        assert {entry.language for entry in rss.entries} == {language}
        for number, item in zip((2, 1), rss.entries, strict=True):
            assert item.link == entry_links[language, number]
            assert {link.href for link in item.links if link.rel == "related"} < {
                href for _, href in expected[language, number]
            } | {page}
    assert two_articles.output.joinpath("en/bericht-1-cc99743d.html").exists()


def cells(content: str) -> list[tuple[str, ...]]:
    """The rows of the table in an entry of both languages, Dutch first."""
    found = []
    for row in html.fragment_fromstring(content, create_parent="div").iterfind(".//tbody/tr"):
        assert [cell.get("lang") for cell in row] == ["nl", "en"]
        found.append(tuple(cell.text_content().strip() for cell in row))
    return found


def test_the_bilingual_feed_is_there_in_rss_too(two_articles: Newsroom) -> None:
    atom, rss = (parsed(two_articles, f"nl-en.{form}.xml") for form in ("atom", "rss"))
    assert rss.feed.title == atom.feed.title
    assert rss.feed.link == "https://example.org/convenant/nl/"
    for one, other in zip(rss.entries, atom.entries, strict=True):
        assert (one.id, one.title, one.content[0].value) == (other.id, other.title, other.content[0].value)
    assert b"<language>" not in two_articles.read("nl-en.rss.xml")
    assert b"<dc:language>" not in two_articles.read("nl-en.rss.xml")


@pytest.mark.parametrize("body", ["<p>One.</p>", "<p>One.</p>loose<p>Two.</p>", "<p>1</p><p>2</p><p>3</p>"])
def test_texts_that_do_not_match_block_by_block_stand_one_after_the_other(newsroom: Newsroom, body: str) -> None:
    newsroom.publisher_english(newsroom.write(dutch(1)), body=body)
    content = parsed(newsroom, "nl-en.atom.xml").entries[0].content[0].value
    dutch_part, english_part = content.split("<hr", 1)
    assert dutch_part.startswith('<div lang="nl">')
    assert "Eerste alinea van 1" in dutch_part
    assert '<div lang="en">' in english_part
    assert body in english_part
    assert content.count("<img") == 1
    assert_valid(newsroom)


def test_the_bilingual_feed_shows_both_texts_in_one_entry(two_articles: Newsroom) -> None:
    two_articles.write(dutch(3))  # still without English
    feed = parsed(two_articles, "nl-en.atom.xml")
    assert feed.feed.title == "Convenantnieuws / Covenant News"
    alone, human, machine = feed.entries
    assert human.title == "Bericht 2: frames uit Vietnam / Our own English"
    assert machine.id == "tag:fietsen.example,2026:nieuws/bericht-1:nl-en"
    content = machine.content[0].value
    assert content.startswith('<div lang="en"><p><small>Machine-translated from Dutch by')
    assert cells(content) == [
        ("De deelnemers gingen op bezoek bij vier fabrieken.", "The participants visited four factories."),
        ("Eerste alinea van 1, met een bron.", "First paragraph, with a source."),
        ("Tweede alinea.", "Second paragraph."),
        ("Bron: Fietsconvenant, 2 juni 2026", "Source: Bicycle Agreement, 2 June 2026"),
    ]
    assert content.count("<img") == 1
    assert "Lassen in de werkplaats" in content
    assert '<span lang="en">Welding in the workshop</span>' in content
    assert "machine-translated" in [tag.term for tag in machine.tags]
    assert alone.title == "Bericht 3: frames uit Vietnam"
    assert 'lang="en"' not in alone.content[0].value
    assert_valid(two_articles)


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_an_entry_of_the_bilingual_feed_keeps_its_id_when_its_english_comes(newsroom: Newsroom, form: str) -> None:
    newsroom.write(dutch(1))
    (alone,) = parsed(newsroom, f"nl-en.{form}.xml").entries
    newsroom.translate()
    (both,) = parsed(newsroom, f"nl-en.{form}.xml").entries
    assert alone.id == both.id == "tag:fietsen.example,2026:nieuws/bericht-1:nl-en"
    assert alone.title != both.title


def test_ids_of_feeds_and_entries_stay_when_the_site_moves(two_articles: Newsroom) -> None:
    def ids(newsroom: Newsroom) -> list[str]:
        newsroom.publish()
        found = []
        for file in sorted(newsroom.output.rglob("*.atom.xml")):
            feed = feedparser.parse(file.read_bytes())
            found += [feed.feed.id, *(entry.id for entry in feed.entries)]
        return found

    before = ids(two_articles)
    assert ids(two_articles.with_publication(base_url="https://elders.example/")) == before
    feeds = [one for one in before if "tweeklank:" in one]
    assert len(set(feeds)) == len(feeds) == 12
    assert "redactie" not in "".join(before)


@pytest.mark.parametrize(
    ("base_url", "authority"),
    [
        ("https://www.Example.org:8443/nieuws/", "www.example.org"),
        ("https://coöperatie.example/", "xn--coperatie-17a.example"),
        ("http://127.0.0.1:8000/", "127.0.0.1"),
        ("http://[::1]/", "localhost"),
    ],
)
def test_any_address_gives_valid_feed_ids(newsroom: Newsroom, base_url: str, authority: str) -> None:
    other = newsroom.with_publication(base_url=base_url)
    other.publish()
    found = feedparser.parse(other.read("nl.atom.xml")).feed.id
    assert re.fullmatch(rf"tag:{re.escape(authority)},\d{{4}}-\d\d-\d\d:tweeklank:nl", found)


def test_a_changed_article_keeps_its_id_and_gets_a_new_date(two_articles: Newsroom) -> None:
    before = parsed(two_articles, "nl.atom.xml").entries[1]
    two_articles.write(dutch(1, body="<p>Nu met correctie.</p>"), now=NOW + timedelta(days=1))
    two_articles.translate()
    after = parsed(two_articles, "nl.atom.xml").entries[1]
    assert after.id == before.id
    assert after.published == before.published
    assert after.updated > before.updated
    assert "Nu met correctie" in after.content[0].value


def test_a_feed_has_no_more_than_was_asked_for_newest_first(newsroom: Newsroom) -> None:
    small = newsroom.with_publication(entries=3)
    for number in (4, 1, 5, 3, 2):
        small.write(dutch(number))
    titles = [entry.title.split(":")[0] for entry in parsed(small, "nl.rss.xml").entries]
    assert titles == ["Bericht 5", "Bericht 4", "Bericht 3"]


def test_an_article_of_two_sources_stands_in_both_and_names_both(newsroom: Newsroom) -> None:
    newsroom.write(dutch(1))
    newsroom.write(dutch(1), "koffie")
    for name in ("nl.atom.xml", "fietsen/nl.atom.xml", "koffie/nl.atom.xml"):
        (entry,) = parsed(newsroom, name).entries
        assert [tag.term for tag in entry.tags][:2] == ["Fietsconvenant", "Koffieconvenant"]


def test_articles_of_a_source_that_left_stay_readable(two_articles: Newsroom) -> None:
    config = two_articles.config
    without = Newsroom(replace(config, sources=config.sources[1:]), two_articles.store)
    entry = parsed(without, "en.atom.xml").entries[0]
    assert entry.tags[0].term == "fietsen.example"
    assert_valid(without)


def test_a_body_stands_in_for_a_missing_lead(newsroom: Newsroom) -> None:
    newsroom.write(dutch(1, lead="", body=f"<p>Het begint <em>hier</em>.</p><p>{'woord ' * 100}</p>"))
    (entry,) = parsed(newsroom, "nl.atom.xml").entries
    assert entry.summary.startswith("Het begint hier.")
    assert entry.summary.endswith("woord …")
    assert len(entry.summary) < 310


def test_a_feed_in_a_browser_has_a_style_sheet_that_is_there(two_articles: Newsroom) -> None:
    two_articles.publish()
    for name, sheet in (("nl.rss.xml", "feed.css"), ("koffie/en.atom.xml", "../feed.css")):
        root = etree.fromstring(two_articles.read(name))
        assert root.getprevious().attrib == {"type": "text/css", "href": sheet}
        assert (two_articles.output / name).parent.joinpath(sheet).resolve().exists()


def test_json_feed_tells_what_the_others_tell(two_articles: Newsroom) -> None:
    two_articles.publish()
    feed = json.loads(two_articles.read("en.json"))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "https://example.org/convenant/en.json"
    assert feed["home_page_url"] == "https://example.org/convenant/en/"
    assert feed["language"] == "en"
    assert feed["authors"] == [{"name": "Redactie Tweeklank"}]
    atom = feedparser.parse(two_articles.read("en.atom.xml"))
    assert [item["id"] for item in feed["items"]] == [entry.id for entry in atom.entries]
    human, machine = feed["items"]
    assert machine["date_published"] == machine["date_modified"] == "2026-06-02T00:00:00Z"
    assert machine["image"] == "https://fietsen.example/img/frame.jpg"
    assert machine["attachments"] == [
        {"url": machine["image"], "mime_type": "image/jpeg", "size_in_bytes": 4321, "title": ENGLISH.caption}
    ]
    assert machine["tags"] == ["Bicycle Agreement", "fietsen", "ketenonderzoek", "machine-translated"]
    assert machine["_tweeklank"] == {
        "page": "https://example.org/convenant/en/bericht-1-cc99743d.html",
        "origin": "machine",
        "model": MODEL,
        "sentences": 4,
        "kept": 1,
        "needs_review": False,
        "original_url": "https://fietsen.example/nieuws/bericht-1",
        "url_language": "nl",
        "source": "fietsen",
        "elsewhere": [],
        "translations": {
            "nl": {
                "id": "tag:fietsen.example,2026:nieuws/bericht-1:nl",
                "url": "https://example.org/convenant/nl/bericht-1-cc99743d.html",
            }
        },
    }
    assert human["_tweeklank"]["origin"] == "publisher"
    assert human["url"] == "https://fietsen.example/en/news/1"
    assert set(json.loads(two_articles.read("koffie/nl.json"))["items"]) == set()


def test_nothing_is_fetched_and_no_schema_is_asked_for(two_articles: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("publishing reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert two_articles.publish().written


def test_media_descriptions_are_those_of_the_language(two_articles: Newsroom) -> None:
    two_articles.publish()
    for name, caption in (("nl.atom.xml", "Lassen in de werkplaats"), ("en.atom.xml", "Welding in the workshop")):
        root = etree.fromstring(two_articles.read(name))
        assert root.findall(f".//{MEDIA}description")[-1].text == caption
        assert not root.findall(f".//{MEDIA}group")
