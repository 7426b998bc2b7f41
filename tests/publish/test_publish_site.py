"""The pages, the lists of feeds, and what a page may not do."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from lxml import etree, html
from newsroom import ENGLISH, MODEL, Newsroom, dutch

from tweeklank.article import Image, Language, Rendering

BASE = "https://example.org/convenant/"
NASTY = '"><img src=x onerror=alert(1)> </script><script>alert(2)</script> {{ 7*7 }} \x07&amp;'


def pages(newsroom: Newsroom) -> dict[str, html.HtmlElement]:
    newsroom.publish()
    files = sorted(newsroom.output.rglob("*.html"))
    return {
        file.relative_to(newsroom.output).as_posix(): html.document_fromstring(
            file.read_bytes(), html.HTMLParser(encoding="utf-8")
        )
        for file in files
    }


def test_every_page_stands_on_its_own_feet(two_articles: Newsroom) -> None:
    """A language, a title, one heading of the first level, no style or script of its own, and no dead links."""
    found = pages(two_articles)
    assert len(found) == 1 + 2 + 3 * 2 + 2 * 2 + 3  # front, all, sources and a topic, articles, embedding
    for name, page in found.items():
        assert page.get("lang") in ("nl", "en"), name
        assert page.findtext(".//title"), name
        if name not in ("index.html", "embed.html"):
            assert len(page.findall(".//h1")) == 1, name
            assert page.xpath("//a[@class='skip']/@href") == ["#main"], name
            assert page.xpath("//link[@rel='canonical']/@href")[0].startswith(BASE)
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids)), name
        assert not page.xpath("//@style | //style | //*[@*[starts-with(name(), 'on')]]"), name
        assert not page.xpath("//script[not(@src) and @type != 'application/ld+json']"), name
        assert not page.xpath("//img[not(@alt)] | //img[not(@referrerpolicy='no-referrer')]"), name
        for address in page.xpath(
            "//a/@href | //link[not(@rel='canonical') and not(@hreflang and not(@type))]/@href | //script/@src"
        ):
            target = urljoin(f"https://here.example/{name}", address)
            if target.startswith("https://here.example/"):
                assert two_articles.output.joinpath(urlsplit(target).path[1:]).is_file(), (name, address)


def test_nothing_is_loaded_from_elsewhere_except_the_publishers_pictures(two_articles: Newsroom) -> None:
    for name, page in pages(two_articles).items():
        loaded = page.xpath("//script/@src | //link[@rel='stylesheet' or @rel='icon']/@href | //iframe/@src")
        assert not [address for address in loaded if urlsplit(address).netloc], name
        assert set(page.xpath("//img/@src")) <= {"https://fietsen.example/img/frame.jpg"}
    for sheet in two_articles.output.glob("*.css"):
        assert "url(" not in sheet.read_text("utf-8")
        assert "@import" not in sheet.read_text("utf-8")


def test_an_article_shows_both_languages_and_which_one_a_machine_made(two_articles: Newsroom) -> None:
    found = pages(two_articles)
    for language, first, second in (("nl", "nl", "en"), ("en", "en", "nl")):
        page = found[f"{language}/bericht-1-cc99743d.html"]
        assert page.get("lang") == language
        texts = page.xpath("//main//article")
        assert [text.get("lang") for text in texts] == [first, second]
        by_language = {text.get("lang"): text.text_content() for text in texts}
        assert "Eerste alinea van 1" in by_language["nl"]
        assert "First paragraph" in by_language["en"]
        notice = {"nl": "Automatisch vertaald uit het Nederlands door", "en": "Machine-translated from Dutch by"}
        assert f"{notice[language]} {MODEL}." in by_language["en"]
        assert MODEL not in by_language["nl"]
        assert page.xpath("//p[@class='notice']/@lang") == [language, language]
    human = found["en/bericht-2-7a28d583.html"].text_content()
    assert "English text by the publisher" in human
    assert "Machine" not in human


def test_pages_point_to_their_other_language_and_to_the_feeds(two_articles: Newsroom) -> None:
    found = pages(two_articles)
    for name in ("nl/index.html", "fietsen/en.html", "nl/bericht-1-cc99743d.html", "en/embed.html", "index.html"):
        page = found[name]
        versions = page.xpath("//link[@rel='alternate'][@hreflang][not(@type)]")
        assert {"nl", "en"} <= {link.get("hreflang") for link in versions}, name
        assert all(link.get("href").startswith(BASE) for link in versions)
        types = set(page.xpath("//link[@rel='alternate']/@type"))
        assert types == {"application/atom+xml", "application/rss+xml", "application/feed+json"}, name
    switch = found["nl/bericht-1-cc99743d.html"].xpath("//nav[@class='tools']/a[@lang='en']/@href")
    assert switch == ["../en/bericht-1-cc99743d.html"]


def test_an_article_without_english_says_so_and_offers_no_dead_link(newsroom: Newsroom) -> None:
    newsroom.write(dutch(1))
    found = pages(newsroom)
    page = found["nl/bericht-1-cc99743d.html"]
    assert "Een Engelse tekst is er nog niet." in page.text_content()
    assert page.xpath("//nav[@class='tools']/a[@lang='en']/@href") == ["../en/index.html"]
    assert page.xpath("//link[@hreflang='en'][not(@type)]") == []
    assert "There are no articles yet." in found["en/index.html"].text_content()


def test_the_english_of_older_articles_stays_when_english_originals_come_before_it(newsroom: Newsroom) -> None:
    small = newsroom.with_publication(entries=3)
    for number in (1, 2, 3):
        small.write(dutch(number))
    small.translate()
    before = pages(small)["nl/bericht-1-cc99743d.html"]
    address = "https://fietsen.example/en/news/9"
    small.write(dutch(9, language=Language.EN, url=address, canonical=address, title="English only"))
    after = pages(small)["nl/bericht-1-cc99743d.html"]
    english = "//link[@rel='alternate' and @hreflang='en' and not(@type)]/@href"
    assert before.xpath(english) == after.xpath(english) != []
    assert "Een Engelse tekst is er nog niet." not in after.text_content()


def test_the_front_page_tells_translations_from_the_publishers_own_english(two_articles: Newsroom) -> None:
    front = pages(two_articles)["index.html"]
    items = {
        item.findtext("a"): "Machine-translated" in item.text_content() for item in front.xpath("//*[@lang='en']//li")
    }
    assert items == {"Frames from Vietnam": True, "Our own English": False}


def test_an_articles_page_keeps_its_name_when_its_title_changes(two_articles: Newsroom) -> None:
    before = set(pages(two_articles))
    two_articles.write(dutch(1, title="Een heel andere titel"))
    two_articles.translate()
    after = pages(two_articles)
    assert set(after) == before
    assert after["nl/bericht-1-cc99743d.html"].findtext(".//h1") == "Een heel andere titel"


def test_pages_of_articles_that_left_the_feeds_stay(newsroom: Newsroom) -> None:
    small = newsroom.with_publication(entries=1)
    small.write(dutch(1))
    small.publish()
    small.write(dutch(2))
    small.publish()
    assert small.output.joinpath("nl/bericht-1-cc99743d.html").exists()
    assert b"bericht-1" not in small.read("nl/index.html")


def test_search_engines_are_told_what_is_a_translation_of_what(two_articles: Newsroom) -> None:
    page = pages(two_articles)["en/bericht-1-cc99743d.html"]
    (script,) = page.xpath("//script[@type='application/ld+json']/text()")
    said = json.loads(script)
    assert said["@type"] == "NewsArticle"
    assert said["inLanguage"] == "en"
    assert said["translationOfWork"] == {
        "@type": "NewsArticle", "@id": "https://fietsen.example/nieuws/bericht-1", "inLanguage": "nl",
    }  # fmt: skip
    assert said["translator"]["name"] == MODEL
    assert said["image"]["creditText"] == "R. Kneschke"
    assert page.xpath("//meta[@property='og:image']/@content") == ["https://fietsen.example/img/frame.jpg"]
    assert page.xpath("//meta[@property='og:title']/@content") == [ENGLISH.title]
    original = pages(two_articles)["nl/bericht-1-cc99743d.html"].xpath("//script[@type='application/ld+json']/text()")
    assert "translationOfWork" not in json.loads(original[0])


def test_text_from_elsewhere_stays_text(newsroom: Newsroom) -> None:
    config = newsroom.config
    titles = dict.fromkeys(config.publication.title, NASTY)
    sources = (replace(config.sources[0], title=titles, topics=(NASTY,)), config.sources[1])
    publication = replace(config.publication, title=titles, description=titles, author=NASTY)
    nasty = Newsroom(replace(config, publication=publication, sources=sources), newsroom.store)
    image = Image('https://fietsen.example/a.jpg?"><script>alert(3)</script>', NASTY, NASTY, NASTY)
    nasty.write(dutch(1, title=NASTY, lead=NASTY, author=NASTY, topics=(NASTY, "b"), image=image))
    nasty.translate(Rendering(NASTY, NASTY, "<p>ok</p>", NASTY, NASTY))
    for name, page in pages(nasty).items():
        assert not page.xpath("//script[not(@src) and @type != 'application/ld+json']"), name
        assert not page.xpath("//*[@onerror] | //img[@src='x']"), name
        assert "\x07" not in page.text_content(), name
        assert "49" not in page.findtext(".//title"), name
        for script in page.xpath("//script[@type='application/ld+json']/text()"):
            assert json.loads(script)["headline"].startswith('"><img')
    topics = pages(nasty)["nl/index.html"].xpath("//@data-topics")[0]
    assert len(json.loads(topics)) == 2


def test_dates_are_written_in_the_language_of_the_page(two_articles: Newsroom) -> None:
    found = pages(two_articles)
    assert "2 juni 2026" in found["nl/index.html"].text_content()
    assert "2 June 2026" in found["en/index.html"].text_content()


def test_opml_has_every_feed_by_language(two_articles: Newsroom) -> None:
    two_articles.publish()
    root = etree.fromstring(two_articles.read("subscriptions.opml"))
    rss = two_articles.read("subscriptions-rss.opml").replace(b".rss.xml", b".atom.xml")
    assert rss == two_articles.read("subscriptions.opml")
    written = {file.relative_to(two_articles.output).as_posix() for file in two_articles.output.rglob("*.atom.xml")}
    assert {one.removeprefix(BASE) for one in root.xpath("//@xmlUrl")} == written
    groups = {group.get("text"): group for group in root.findall("body/outline")}
    assert list(groups) == ["Nederlands", "English", "Nederlands / English"]
    assert root.findtext("head/dateModified") == "Wed, 03 Jun 2026 00:00:00 GMT"
    for outline in root.findall("body/outline/outline"):
        assert outline.get("type") == "rss"
        assert two_articles.output.joinpath(outline.get("xmlUrl").removeprefix(BASE)).exists()
    assert [outline.get("text") for outline in groups["English"]] == [
        "Covenant News", "Bicycle Agreement · Covenant News", "Coffee Agreement · Covenant News", "fietsen · Covenant News",
    ]  # fmt: skip


def test_the_sitemap_has_every_page_and_robots_txt_has_the_sitemap(two_articles: Newsroom) -> None:
    found = set(pages(two_articles))
    root = etree.fromstring(two_articles.read("sitemap.xml"))
    listed = {loc.text for loc in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}
    embedding = {"embed.html", "nl/insluiten.html", "en/embed.html"}
    assert listed == {BASE + name.removesuffix("index.html") for name in found - embedding}
    assert b"Sitemap: https://example.org/convenant/sitemap.xml" in two_articles.read("robots.txt")


def test_the_snippet_works_as_it_stands_without_javascript(two_articles: Newsroom) -> None:
    page = pages(two_articles)["en/embed.html"]
    script, frame = page.xpath("//textarea/text()")
    assert '<tweeklank-feed src="https://example.org/convenant/en.json" lang="en" items="5">' in script
    assert '<script type="module" src="https://example.org/convenant/embed.js"></script>' in script
    assert 'src="https://example.org/convenant/embed.html?lang=en&amp;items=5"' in frame
    listed = pages(two_articles)["embed.html"].xpath("//section[@lang='en']//li/a/@href")
    assert listed == [f"{BASE}en/bericht-2-7a28d583.html", f"{BASE}en/bericht-1-cc99743d.html"]


def test_the_widget_is_small() -> None:
    static = Path(__file__).parents[2] / "src/tweeklank/publish/static"
    assert len((static / "embed.js").read_bytes()) < 8192
    assert "innerHTML" not in (static / "embed.js").read_text("utf-8")


def relative_luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1])
def test_colours_have_contrast_enough_for_aa(scheme: int) -> None:
    text = (Path(__file__).parents[2] / "src/tweeklank/publish/static/style.css").read_text("utf-8")
    block = text.split(":root {")[1 + scheme].split("}")[0]
    colours = dict(
        part.strip().split(": ") for part in block.split(";") if part.strip().startswith("--") and "#" in part
    )
    for paper in ("--paper", "--tint"):
        for ink in ("--ink", "--soft", "--accent"):
            light, dark = sorted((relative_luminance(colours[paper]), relative_luminance(colours[ink])), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (paper, ink)
