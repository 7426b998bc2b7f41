"""include, exclude, since and topic_rules: which articles are taken, and under which topics."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from covenant_site import Desk, Site, page, source
from hypothesis import given, settings
from hypothesis import strategies as st

from tweeklank.collect import Collected
from tweeklank.collect.choose import fits, is_wanted

Sync = Callable[..., Collected]


@pytest.mark.parametrize(
    ("pattern", "text", "does"),
    [
        ("convenant", "Nieuw Convenant getekend", True),
        ("convenant", "Agenda", False),
        ("Agenda:*", "agenda: bijeenkomst", True),
        ("Agenda:*", "De agenda: bijeenkomst", False),
        ("*goud*keten*", "Goud uit de hele keten", True),
        ("*keten*goud*", "Goud uit de hele keten", False),
        ("*/vacatures/*", "https://a.nl/vacatures/1", True),
        ("a*a", "a", False),
        ("*", "", True),
        ("", "iets", True),
    ],
)
def test_a_pattern_fits_what_one_would_expect(pattern: str, text: str, does: bool) -> None:
    assert fits(pattern, text) is does


def test_no_pattern_keeps_the_program_busy() -> None:
    started = time.process_time()
    assert not fits("*a" * 200 + "b", "a" * 100_000)
    assert time.process_time() - started < 5


@settings(deadline=None)
@given(st.text(alphabet="ab", max_size=8), st.text(alphabet="ab", max_size=8), st.text(alphabet="ab", max_size=8))
def test_a_star_stands_for_anything(head: str, middle: str, tail: str) -> None:
    assert fits(f"{head}*{tail}", head + middle + tail)


def test_a_title_that_is_not_known_yet_counts_later_and_an_address_at_once() -> None:
    by_title, by_address = source(include=("convenant",)), source(include=("*/nieuws/*",))
    assert is_wanted(by_title, "https://a.nl/x", "", None)
    assert not is_wanted(by_title, "https://a.nl/x", "Agenda", None)
    assert not is_wanted(by_address, "https://a.nl/x", "", None)


def test_a_day_is_meant_in_amsterdam() -> None:
    since = source(since=date(2024, 6, 1))
    assert is_wanted(since, "https://a.nl/x", "", datetime(2024, 5, 31, 22, 0, tzinfo=UTC))
    assert not is_wanted(since, "https://a.nl/x", "", datetime(2024, 5, 31, 21, 59, tzinfo=UTC))


def titled(site: Site) -> str:
    rows = ""
    for slug, title in (("a", "Convenant goud getekend"), ("b", "Agenda van de week"), ("c", "Convenant zonder naam")):
        site.article(f"/nieuws/{slug}", title)
        rows += f'<li><a href="/nieuws/{slug}">{title}</a></li>'
    return site.add("/nieuws/", f"<main><ul>{rows}</ul></main>")


def test_what_is_left_out_by_what_the_listing_shows_is_never_fetched(site: Site, sync: Sync, desk: Desk) -> None:
    listing = titled(site)
    report = sync(source(listing=listing, article_links="main a", exclude=("Agenda*", "*/nieuws/c"))).sources[0]
    assert desk.titles() == {"Convenant goud getekend"}
    assert site.asked("/nieuws/b", "/nieuws/c") == []
    assert (report.new, report.waiting) == (1, 0)


def test_only_what_is_included_is_taken(site: Site, sync: Sync, desk: Desk) -> None:
    sync(source(listing=titled(site), article_links="main a", include=("convenant",)))
    assert desk.titles() == {"Convenant goud getekend", "Convenant zonder naam"}


def test_what_turns_out_unwanted_is_fetched_once(site: Site, sync: Sync, desk: Desk) -> None:
    site.article("/nieuws/oud", "Oud", date="2020-01-01")
    site.article("/nieuws/nieuw", "Nieuw", date="2024-06-18")
    listing = site.listing("/nieuws/oud", "/nieuws/nieuw")
    only_new = source(listing=listing, since=date(2024, 1, 1))
    assert sync(only_new).sources[0].left_out == 1
    assert desk.titles() == {"Nieuw"}
    site.forget()
    report = sync(only_new).sources[0]
    assert (report.left_out, report.waiting, report.failures) == (0, 0, [])
    assert site.asked("/nieuws/oud") == []


def test_a_wider_choice_brings_what_was_left_out(site: Site, sync: Sync, desk: Desk) -> None:
    listing = titled(site)
    sync(source(listing=listing, article_links="main a", exclude=("Agenda*",)))
    sync(source(listing=listing, article_links="main a"))
    assert len(desk.titles()) == 3


def test_pages_of_a_sitemap_that_did_not_change_since_are_not_fetched(site: Site, sync: Sync, desk: Desk) -> None:
    site.article("/nieuws/a", "A")
    rows = "".join(
        f"<url><loc>{site.base}/nieuws/{slug}</loc><lastmod>{day}</lastmod></url>"
        for slug, day in (("a", "2024-06-18"), ("b", "2019-06-18"))
    )
    xml = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'
    sync(source(sitemap=site.add("/sitemap.xml", page(xml, "application/xml")), since=date(2024, 1, 1)))
    assert desk.titles() == {"A"}
    assert site.asked("/nieuws/b") == []


def test_topics_come_by_rule(site: Site, sync: Sync, desk: Desk) -> None:
    rules = {"goud": ("goud",), "nieuws": ("*/nieuws/*",), "afspraken": ("*getekend",), "wind": ("windmolen",)}
    sync(source(listing=titled(site), article_links="a[href$='/a']", topics=("vast",), topic_rules=rules))
    (entry,) = desk.articles()
    assert entry.topics == ("vast", "goud", "nieuws", "afspraken")
