"""Listings with pages: followed while all is new, up to a bound, and never further than needed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from covenant_site import Desk, Reply, Site, page, source
from hypothesis import given, settings
from hypothesis import strategies as st

from tweeklank.collect import Collected
from tweeklank.collect.paging import articles_in, next_page

Sync = Callable[..., Collected]
NEWS = "https://convenant.example/nieuws"


def rows(*paths: str) -> str:
    return "".join(f'<li><a href="{path}">Bericht over het convenant op {path}</a></li>' for path in paths)


def listing(pager: str, *paths: str) -> str:
    return f"<html><body><main><h1>Nieuws</h1><ul>{rows(*paths)}</ul>{pager}</main></body></html>"


def three_pages(site: Site) -> str:
    """Nine articles, three on a page."""
    for number in range(1, 10):
        site.article(f"/nieuws/bericht-{number}", f"Bericht {number}")
    for number in (3, 2, 1):
        paths = [f"/nieuws/bericht-{n}" for n in range(3 * number - 2, 3 * number + 1)]
        pager = (
            f'<nav class="pager"><a rel="next" href="/nieuws?page={number + 1}">Volgende</a></nav>'
            if number < 3
            else ""
        )
        first = site.add("/nieuws" if number == 1 else f"/nieuws?page={number}", page(listing(pager, *paths)))
    return first


@pytest.mark.parametrize(
    ("markup", "leads_to"),
    [
        ('<head><link rel="next" href="/nieuws?page=2"></head>', "/nieuws?page=2"),
        ('<a rel="nofollow next" href="?pagina=2">2</a>', "/nieuws?pagina=2"),
        ('<a href="/nieuws/page/2/">Volgende</a>', "/nieuws/page/2/"),
        ('<a href="/nieuws?page=2">Volgende pagina ›</a>', "/nieuws?page=2"),
        ('<a href="/nieuws?offset=10">Meer nieuws</a>', "/nieuws?offset=10"),
        ('<a href="?p=2" aria-label="Ga naar de volgende pagina"><svg></svg></a>', "/nieuws?p=2"),
        ('<a href="/nieuws/page/2">Ouder</a>', "/nieuws/page/2"),
        ('<ul class="pagination"><li><a href="?page=2">»</a></li></ul>', "/nieuws?page=2"),
        ('<ul class="pagination"><li><a href="?page=1">2</a><li><a href="?page=2">3</a></ul>', "/nieuws?page=1"),
        ('<button class="load-more" data-url="/nieuws?page=2">Meer laden</button>', "/nieuws?page=2"),
        ('<div class="laad-meer" data-next-url="/ajax/nieuws?page=2"></div>', "/ajax/nieuws?page=2"),
        ('<button hx-get="/nieuws?page=2">Toon meer</button>', "/nieuws?page=2"),
        ('<a href="/nieuws">Volgende</a>', ""),
        ('<a href="https://elders.example/nieuws?page=2" rel="next">Volgende</a>', ""),
        ('<a href="/evenementen">Meer nieuws</a>', ""),
        ('<a href="/nieuws/volgende-stap">De volgende stap van het convenant</a>', ""),
        ('<a href="#" onclick="meer()">Meer nieuws</a>', ""),
        ('<a href="?page=2">2</a>', ""),
        ("<p>Dit is alles.</p>", ""),
    ],
)
def test_the_next_page_is_found_where_sites_put_it(markup: str, leads_to: str) -> None:
    expected = f"https://convenant.example{leads_to}" if leads_to else ""
    assert next_page(f"<html>{markup}</html>", NEWS, 2) == expected


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_text_breaks_the_search_for_a_next_page(text: str) -> None:
    next_page(f'<a rel="next" href="{text}">{text}</a>{text}', NEWS, 2)
    articles_in(text, "application/json")


def test_a_button_may_load_json_with_html_in_it() -> None:
    answer = '{"count": 2, "items": [{"html": "<a href=\\"/nieuws/a\\">A</a>"}], "more": null}'
    assert articles_in(answer, "application/json") == '<a href="/nieuws/a">A</a>'


def test_all_pages_of_a_new_source_are_read(site: Site, sync: Sync, desk: Desk) -> None:
    sync(source(listing=three_pages(site)))
    assert desk.titles() == {f"Bericht {number}" for number in range(1, 10)}


def test_no_more_pages_are_read_than_the_source_allows(site: Site, sync: Sync, desk: Desk) -> None:
    sync(source(listing=three_pages(site), pages=2))
    assert desk.titles() == {f"Bericht {number}" for number in range(1, 7)}


def test_no_more_pages_are_read_than_the_feeds_need(site: Site, sync: Sync) -> None:
    sync(source(listing=three_pages(site)), entries=5)
    assert len(site.asked("/nieuws?page=2")) == 1
    assert site.asked("/nieuws?page=3") == []


def test_a_known_article_ends_the_reading(site: Site, sync: Sync, desk: Desk) -> None:
    first = three_pages(site)
    sync(source(listing=first))
    site.forget()
    site.article("/nieuws/bericht-0", "Bericht 0")
    pager = '<a rel="next" href="/nieuws?page=2">Volgende</a>'
    site.add("/nieuws", page(listing(pager, *(f"/nieuws/bericht-{number}" for number in range(3)))))
    sync(source(listing=first))
    assert "Bericht 0" in desk.titles()
    assert site.asked("/nieuws?page=2", "/nieuws?page=3") == []


def test_after_a_long_silence_pages_are_read_until_something_is_known(site: Site, sync: Sync, desk: Desk) -> None:
    first = three_pages(site)
    sync(source(listing=first, pages=1))
    assert len(desk.titles()) == 3
    for number in (11, 12, 13):
        site.article(f"/nieuws/bericht-{number}", f"Bericht {number}")
    old = site.routes["/nieuws"]
    site.add("/nieuws?page=2", old)
    pager = '<a rel="next" href="/nieuws?page=2">Volgende</a>'
    site.add("/nieuws", page(listing(pager, *(f"/nieuws/bericht-{number}" for number in (13, 12, 11)))))
    site.forget()
    sync(source(listing=first))
    assert {"Bericht 11", "Bericht 12", "Bericht 13"} < desk.titles()
    assert len(site.asked("/nieuws?page=2")) == 1
    assert site.asked("/nieuws?page=3") == []


def test_a_pager_that_leads_in_a_circle_ends(site: Site, sync: Sync) -> None:
    site.article("/nieuws/a")
    site.article("/nieuws/b")
    for number in range(1, 9):
        pager = f'<a rel="next" href="/nieuws?page={number % 8 + 1}">Volgende</a>'
        site.add(f"/nieuws?page={number}", page(listing(pager, "/nieuws/a", "/nieuws/b")))
    sync(source(listing=f"{site.base}/nieuws?page=1", pages=50))
    assert [request.path for request in site.asked() if "page" in request.path] == ["/nieuws?page=1", "/nieuws?page=2"]


def test_a_page_that_cannot_be_had_costs_only_itself_and_is_asked_for_again(site: Site, sync: Sync, desk: Desk) -> None:
    first = three_pages(site)
    second = site.routes["/nieuws?page=2"]
    site.add("/nieuws?page=2", Reply(status=404))
    (failure,) = sync(source(listing=first)).failures
    assert failure.startswith(f"{site.base}/nieuws?page=2: the server answered 404")
    assert len(desk.titles()) == 3
    site.add("/nieuws?page=2", second)
    sync(source(listing=first))
    assert len(desk.titles()) == 9
    site.forget()
    sync(source(listing=first))
    assert site.asked("/nieuws?page=2") == []


def test_what_a_button_loads_is_read(site: Site, sync: Sync, desk: Desk) -> None:
    for letter in "abcd":
        site.article(f"/nieuws/{letter}", letter)
    button = '<button class="load-more" data-url="/ajax?page=2">Meer laden</button>'
    first = site.add("/nieuws/", listing(button, "/nieuws/a", "/nieuws/b"))
    inside = rows("/nieuws/c", "/nieuws/d").replace('"', '\\"')
    site.add("/ajax?page=2", page('{"html": "<ul>' + inside + '</ul>"}', "application/json"))
    sync(source(listing=first))
    assert desk.titles() == set("abcd")


def test_a_source_may_have_several_listings_and_one_that_fails_costs_only_itself(
    site: Site, sync: Sync, desk: Desk
) -> None:
    site.article("/nieuws/a", "a")
    site.article("/pers/b", "b")
    one, two = site.listing("/nieuws/a"), site.listing("/pers/b", at="/pers/")
    both = source(listing=one, further_listings=(f"{site.base}/weg", two))
    (failure,) = sync(both).failures
    assert failure.startswith(f"{site.base}/weg: ")
    assert desk.titles() == {"a", "b"}
    report = sync(source(listing=one, further_listings=(two,))).sources[0]
    assert not report.failures


def test_an_article_in_two_listings_does_not_end_the_reading_of_the_second(site: Site, sync: Sync, desk: Desk) -> None:
    first = three_pages(site)
    site.article("/nieuws/gedeeld", "Gedeeld")
    other = site.listing("/nieuws/bericht-1", "/nieuws/gedeeld", at="/pers/")
    sync(source(listing=other, further_listings=(first,)))
    assert desk.titles() == {"Gedeeld", *(f"Bericht {number}" for number in range(1, 10))}


def test_a_numbered_page_is_no_article_and_a_numbered_article_no_page(site: Site, sync: Sync, desk: Desk) -> None:
    site.article("/nieuws/p/1234", "Genummerd")
    rows_ = '<li><a href="/nieuws/p/1234">Bericht over de keten van zink</a></li><li><a href="/nieuws/page/7">Bladzijde zeven van het nieuws</a></li>'
    sync(source(listing=site.add("/nieuws/", f"<main><ul>{rows_}</ul></main>"), pages=1))
    assert desk.titles() == {"Genummerd"}
    assert site.asked("/nieuws/page/7") == []
