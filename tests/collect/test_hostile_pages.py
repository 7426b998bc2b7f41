"""What sites do wrong by accident, each through the real client, collector and store."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Callable
from datetime import UTC, datetime

import brotli
import pytest
from covenant_site import WORDS, Desk, Reply, Site, article_page, in_turn, moved, page, source

from tweeklank.collect import Collected

Sync = Callable[..., Collected]
EURO = "Coöperatie ontvangt € 1.500 voor ‘eerlijke’ koffie"


def only_failure(collected: Collected) -> str:
    (failure,) = collected.failures
    return failure


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (article_page(EURO).encode(), "text/html; charset=iso-8859-1"),
        (article_page(EURO).encode(), "text/html"),
        (article_page(EURO).encode() + b"<!-- \xe9 -->", "text/html; charset=utf-8"),
        (article_page(EURO).encode() + b"<!-- \xe9 -->", "text/html; charset=iso-8859-1"),
        (article_page(EURO).replace('<meta charset="utf-8">', "").encode("windows-1252"), "text/html"),
        (article_page(EURO).encode("windows-1252"), "text/html; charset=utf-8"),
        (article_page(EURO).encode("windows-1252"), "text/html; charset=unicode_escape"),
        (article_page(EURO).encode("utf-16"), "text/html; charset=iso-8859-1"),
        (article_page(EURO).encode("utf-16-le"), "text/html"),
        (b"\xef\xbb\xbf" + article_page(EURO).encode(), "text/html; charset=windows-1252"),
    ],
    ids=[
        "utf-8 called latin-1",
        "utf-8 without a word",
        "utf-8 with a stray byte",
        "utf-8 with a stray byte, called latin-1",
        "windows-1252 without a word",
        "windows-1252 called utf-8",
        "a codec no page may use",
        "utf-16 called latin-1",
        "utf-16 without mark",
        "utf-8 with mark, called windows-1252",
    ],
)
def test_text_is_read_right_whatever_charset_the_server_claims(
    body: bytes, content_type: str, site: Site, sync: Sync, desk: Desk
) -> None:
    site.add("/nieuws/koffie", page(body, content_type))
    sync(source(listing=site.listing("/nieuws/koffie")))
    assert desk.titles() == {EURO}


def test_a_page_in_another_declared_charset_is_read_by_it(site: Site, sync: Sync, desk: Desk) -> None:
    site.add("/nieuws/a", page(article_page("Łódź").encode("iso-8859-2"), "text/html; charset=iso-8859-2"))
    sync(source(listing=site.listing("/nieuws/a")))
    assert desk.titles() == {"Łódź"}


def test_a_cookie_wall_is_a_failure_of_that_page_and_not_an_article(site: Site, sync: Sync, desk: Desk) -> None:
    wall = "<p>Wij plaatsen cookies om de website te verbeteren. Kies hieronder wat u wilt toestaan.</p>" * 5
    site.add(
        "/toestemming",
        f"<html><title>Cookies accepteren</title><body><h1>Wij gebruiken cookies</h1>{wall}</body></html>",
    )
    site.add("/nieuws/achter-de-muur", moved("/toestemming"))
    site.article("/nieuws/vrij", "Vrij")
    collected = sync(source(listing=site.listing("/nieuws/achter-de-muur", "/nieuws/vrij")))
    assert desk.titles() == {"Vrij"}
    assert "a wall" in only_failure(collected)


def test_a_small_cookie_notice_instead_of_text_is_recognised(site: Site, sync: Sync) -> None:
    site.add("/nieuws/a", "<html><body><h1>Convenant</h1><p>Accepteer cookies.</p></body></html>")
    assert "cookie wall" in only_failure(sync(source(listing=site.listing("/nieuws/a"))))


@pytest.mark.parametrize(
    "title",
    [
        "404 - Pagina niet gevonden",
        "Pagina niet gevonden",
        "Deze pagina bestaat niet (meer)",
        "Page not found",
        "Error 404",
    ],
)
def test_an_error_page_that_says_200_is_not_an_article(title: str, site: Site, sync: Sync, desk: Desk) -> None:
    site.add("/nieuws/weg", article_page(title))
    assert "an error page" in only_failure(sync(source(listing=site.listing("/nieuws/weg"))))
    assert desk.titles() == set()


@pytest.mark.parametrize(
    "title",
    [
        "Eerlijke chocola bestaat niet zonder leefbaar inkomen",
        "404 bedrijven tekenen het convenant",
        "Hoe cookies en koekjes duurzamer worden gebakken",
        "Aanmelden voor het symposium kan tot 1 juni",
    ],
)
def test_a_title_that_only_sounds_like_an_error_or_a_wall_is_an_article(
    title: str, site: Site, sync: Sync, desk: Desk
) -> None:
    site.article("/nieuws/a", title)
    sync(source(listing=site.listing("/nieuws/a")))
    assert desk.titles() == {title}


def test_old_addresses_that_all_lead_to_the_list_or_the_front_page_are_failures(
    site: Site, sync: Sync, desk: Desk
) -> None:
    site.add("/", article_page("Welkom bij het convenant"))
    site.add("/nieuws/een", moved("/"))
    site.add("/nieuws/twee", moved("/nieuws/"))
    collected = sync(source(listing=site.listing("/nieuws/een", "/nieuws/twee")))
    assert len(collected.failures) == 2
    assert all("instead of an article" in failure for failure in collected.failures)
    assert desk.titles() == set()


def test_relative_and_tracking_addresses_are_one_article(site: Site, sync: Sync, desk: Desk) -> None:
    site.article("/nieuws/loon", "Leefbaar loon")
    site.add("/nieuws/loon?utm_source=lijst", article_page("Leefbaar loon"))
    links = "".join(
        f'<li><a href="{href}">Leefbaar loon in de keten</a></li>'
        for href in ("loon", "./loon?utm_source=lijst", "/nieuws/loon#reacties", f"{site.base}/nieuws/loon/?fbclid=1")
    )
    listing = site.add("/nieuws/", f"<main><ul>{links}</ul></main>")
    sync(source(listing=listing))
    assert len(desk.articles()) == 1
    assert len(site.asked("/nieuws/loon")) == 1


def test_links_in_the_text_become_absolute_without_tracking_but_keep_their_fragment(
    site: Site, sync: Sync, desk: Desk
) -> None:
    text = "".join(f"<p>{words}</p>" for words in WORDS)
    links = '<p>Zie <a href="../over/?utm_medium=x&p=1#doel">het doel van dit convenant</a> voor meer informatie.</p>'
    site.article("/nieuws/a", "A", body=text + links)
    sync(source(listing=site.listing("/nieuws/a")))
    assert f'href="{site.base}/over/?p=1#doel"' in desk.articles()[0].words.body


def test_the_base_element_counts_for_addresses(site: Site, sync: Sync, desk: Desk) -> None:
    body = (
        "".join(f"<p>{words}</p>" for words in WORDS)
        + '<p><a href="x">Lees het hele rapport van de commissie hier</a></p>'
    )
    site.add("/nieuws/a", article_page("A", body=body, head='<base href="/elders/">'))
    sync(source(listing=site.listing("/nieuws/a")))
    assert f'href="{site.base}/elders/x"' in desk.articles()[0].words.body


def test_the_same_article_in_two_lists_is_one_entry_of_both_sources(site: Site, sync: Sync, desk: Desk) -> None:
    site.article("/nieuws/samen", "Samen")
    metal = source("metaal", listing=site.listing("/nieuws/samen", at="/nieuws/metaal"))
    stone = source("steen", listing=site.listing("/nieuws/samen?utm_campaign=steen", at="/nieuws/steen"))
    sync(metal, stone)
    (entry,) = desk.articles()
    assert set(entry.sources) == {"metaal", "steen"}
    assert desk.titles("metaal") == desk.titles("steen") == {"Samen"}


def test_an_article_without_date_gets_the_moment_it_was_first_seen(site: Site, sync: Sync, desk: Desk) -> None:
    site.article("/nieuws/a", "Zonder datum", date="")
    before = datetime.now(UTC)
    sync(source(listing=site.listing("/nieuws/a")))
    assert before <= desk.articles()[0].published <= datetime.now(UTC)


def test_half_closed_tags_lose_no_words(site: Site, sync: Sync, desk: Desk) -> None:
    body = f"<div><p>{WORDS[0]}<p><b>{WORDS[1]}<ul><li>een eerste punt<li>een tweede punt</div><p>{WORDS[2]}"
    site.article("/nieuws/a", "Half dicht", body=body)
    sync(source(listing=site.listing("/nieuws/a")))
    html = desk.articles()[0].words.body
    for words in (*WORDS, "een eerste punt", "een tweede punt"):
        assert words in html


def test_scripts_styles_and_handlers_do_not_reach_the_store(site: Site, sync: Sync, desk: Desk) -> None:
    body = (
        "<style>p{color:red}</style><script>steel()</script>"
        f'<p onclick="steel()" style="color:red">{WORDS[0]}</p><p><a href="javascript:steel()">{WORDS[1]}</a></p>'
        f'<p><img src="x.jpg" onerror="steel()" alt="Foto">{WORDS[2]}</p><iframe src="https://volg.example"></iframe>'
        '<svg><script>steel()</script></svg><form action="/steel"><input name="wachtwoord"></form>'
    )
    site.article("/nieuws/a", "Veilig", body=body)
    sync(source(listing=site.listing("/nieuws/a")))
    html = desk.articles()[0].words.body
    assert all(words in html for words in WORDS)
    for bad in ("steel", "style", "onclick", "onerror", "javascript", "iframe", "svg", "form", "input"):
        assert bad not in html


def test_an_enormous_page_costs_only_itself(site: Site, sync: Sync, desk: Desk) -> None:
    site.add("/nieuws/groot", article_page("Groot", body="<p>" + "veel tekst " * 500_000 + "</p>"))
    site.article("/nieuws/gewoon", "Gewoon")
    collected = sync(source(listing=site.listing("/nieuws/groot", "/nieuws/gewoon")))
    assert "larger than 5 MB" in only_failure(collected)
    assert desk.titles() == {"Gewoon"}


def test_an_endless_page_is_left_after_five_megabytes(site: Site, sync: Sync) -> None:
    def endless():
        while True:
            yield b"<p>nog meer</p>" * 10_000

    site.add("/nieuws/eindeloos", Reply(parts=endless(), headers={"Content-Type": "text/html"}))
    collected = sync(source(listing=site.listing("/nieuws/eindeloos")))
    assert "larger than 5 MB" in only_failure(collected)
    assert collected.bytes < 6_000_000


@pytest.mark.parametrize(
    ("packed", "encoding"),
    [
        (gzip.compress(b"\0" * 200_000_000, 9), "gzip"),
        (brotli.compress(b"\0" * 200_000_000, quality=1), "br"),
    ],
    ids=["gzip", "brotli"],
)
def test_a_compression_bomb_is_defused(packed: bytes, encoding: str, site: Site, sync: Sync) -> None:
    site.add("/nieuws/bom", page(packed, **{"Content-Encoding": encoding}))
    assert "larger than 5 MB" in only_failure(sync(source(listing=site.listing("/nieuws/bom"))))


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate"])
def test_compressed_pages_are_read(encoding: str, site: Site, sync: Sync, desk: Desk) -> None:
    pack = {"gzip": gzip.compress, "br": brotli.compress, "deflate": zlib.compress}[encoding]
    site.add("/nieuws/a", page(pack(article_page("Ingepakt").encode()), **{"Content-Encoding": encoding}))
    sync(source(listing=site.listing("/nieuws/a")))
    assert desk.titles() == {"Ingepakt"}


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b"dit is geen gzip", "gzip"),
        (gzip.compress(article_page("Half").encode())[:200], "gzip"),
        (b"dit is geen brotli", "br"),
        (brotli.compress(article_page("Half").encode())[:100], "br"),
        (b"x", "zstd"),
    ],
)
def test_broken_compression_costs_that_page(body: bytes, encoding: str, site: Site, sync: Sync) -> None:
    site.add("/nieuws/a", page(body, **{"Content-Encoding": encoding}))
    assert "compressed in a broken way" in only_failure(sync(source(listing=site.listing("/nieuws/a"))))


def test_something_that_is_no_page_is_not_read_as_one(site: Site, sync: Sync) -> None:
    site.add("/nieuws/rapport", page(b"%PDF-1.7", "application/pdf"))
    assert "is application/pdf, not a page" in only_failure(sync(source(listing=site.listing("/nieuws/rapport"))))


def test_a_page_without_article_asks_for_a_selector(site: Site, sync: Sync) -> None:
    site.add("/nieuws/leeg", "<html><body><h1>Leeg</h1></body></html>")
    assert "name it with select.body" in only_failure(sync(source(listing=site.listing("/nieuws/leeg"))))


def test_markup_that_trips_up_the_parser_costs_only_that_page(
    site: Site, sync: Sync, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = sys.modules["tweeklank.collect.extract"]
    find_body = reading.find_body

    def trip(soup, html):
        if "struikelblok" in html:
            raise RecursionError("maximum recursion depth exceeded")
        return find_body(soup, html)

    monkeypatch.setattr(reading, "find_body", trip)
    site.article("/nieuws/diep", "struikelblok")
    site.article("/nieuws/gewoon", "Gewoon")
    collected = sync(source(listing=site.listing("/nieuws/diep", "/nieuws/gewoon")))
    assert "cannot be read (RecursionError" in only_failure(collected)
    assert desk.titles() == {"Gewoon"}


def test_deeply_nested_markup_is_survived(site: Site, sync: Sync, desk: Desk) -> None:
    site.article("/nieuws/diep", "Diep", body="<div>" * 20_000 + f"<p>{WORDS[0]}</p>")
    site.article("/nieuws/gewoon", "Gewoon")
    sync(source(listing=site.listing("/nieuws/diep", "/nieuws/gewoon")))
    assert "Gewoon" in desk.titles()


def test_half_a_surrogate_pair_in_linked_data_can_be_stored(site: Site, sync: Sync, desk: Desk) -> None:
    data = '{"@type":"NewsArticle","author":{"name":"Jo\\ud83d van Dam"},"keywords":["loon\\udc00"]}'
    site.article("/nieuws/a", "A", head=f'<script type="application/ld+json">{data}</script>')
    sync(source(listing=site.listing("/nieuws/a")))
    (entry,) = desk.articles()
    assert (entry.author, entry.topics) == ("Jo van Dam", ("loon",))


def test_a_page_that_fails_is_tried_again_and_costs_nothing_else(site: Site, sync: Sync, desk: Desk) -> None:
    site.article("/nieuws/goed", "Goed")
    good = article_page("Later goed")
    site.add("/nieuws/kapot", in_turn(Reply(b"", 404), page(good)))
    listing = site.listing("/nieuws/kapot", "/nieuws/goed")
    first = sync(source(listing=listing))
    assert f"{site.base}/nieuws/kapot: the server answered 404 Not Found" == only_failure(first)
    assert desk.titles() == {"Goed"}
    assert sync(source(listing=listing)).failures == []
    assert desk.titles() == {"Goed", "Later goed"}


def test_a_source_that_fails_costs_only_itself(site: Site, other_site: Site, sync: Sync, desk: Desk) -> None:
    site.article("/nieuws/a", "A")
    broken = source("stuk", listing=other_site.base + "/nieuws/")
    collected = sync(broken, source("heel", listing=site.listing("/nieuws/a")))
    assert [bool(report.failures) for report in collected.sources] == [True, False]
    assert desk.titles() == {"A"}


def test_an_image_tells_its_type_and_length(site: Site, sync: Sync, desk: Desk) -> None:
    site.add("/foto.php", page(b"x" * 321, "image/webp"))
    site.article("/nieuws/a", "A", head='<meta property="og:image" content="/foto.php">')
    sync(source(listing=site.listing("/nieuws/a")))
    image = desk.articles()[0].image
    assert (image.media_type, image.length) == ("image/webp", 321)
    assert [request.method for request in site.asked("/foto.php")] == ["HEAD"]


def test_an_image_that_cannot_be_weighed_is_kept_all_the_same(site: Site, sync: Sync, desk: Desk) -> None:
    site.add("/foto.png", Reply(status=500))
    site.article("/nieuws/a", "A", head='<meta property="og:image" content="/foto.png">')
    assert sync(source(listing=site.listing("/nieuws/a"))).failures == []
    assert desk.articles()[0].image.media_type == "image/png"
    assert len(site.asked("/foto.png")) == 1
