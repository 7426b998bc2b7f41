"""Collecting what a source published before: as far back as asked for, politely, and again after an interruption."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from covenant_site import SOON, Desk, Reply, Site, page, source

from tweeklank.collect import Collected, collect_archive
from tweeklank.collect.archive import Backfill, older_feed
from tweeklank.collect.discover import DiscoverError
from tweeklank.config import Collect, Config, Publication, Source, Translate

Back = Callable[..., Collected]


@pytest.fixture
def back(desk: Desk, tmp_path: Path) -> Back:
    """Reads the archive of a source, with a limit for daily syncs that must not count."""

    def run(news: Source, since: datetime | None = None) -> Collected:
        settings = Collect("mailto:redactie@example.org", 0, 5, max_articles=2)
        publication = Publication("https://example.org/", tmp_path)
        config = Config(tmp_path / "config.toml", publication, settings, Translate(), desk.store.url, (news,))
        return asyncio.run(collect_archive(config, desk.store, Backfill(news.id, since), retries=SOON))

    return run


def paged(site: Site, pages: int, each: int = 4, pager: str = '<a href="{}">Oudere berichten</a>') -> Source:
    """A listing of so many pages, a year each, the newest of 2025 first."""
    for number in range(1, pages + 1):
        year = 2026 - number
        paths = [f"/nieuws/{year}-bericht-{item}" for item in range(each)]
        for item, path in enumerate(paths):
            site.article(path, f"Van {path}", date=f"{year}-06-{20 - item}T09:00:00+02:00")
        rows = "".join(f'<li><h3><a href="{path}">Nieuws over het convenant {path[8:]}</a></h3></li>' for path in paths)
        link = pager.format(f"/nieuws/?page={number + 1}") if number < pages else ""
        at = "/nieuws/" if number == 1 else f"/nieuws/?page={number}"
        site.add(at, page(f"<html><body><main><h1>Nieuws</h1><ul>{rows}</ul>{link}</main></body></html>"))
    return source(listing=f"{site.base}/nieuws/", article_links="main li a")


def years(desk: Desk) -> list[int]:
    return sorted({entry.published.year for entry in desk.articles()})


def test_all_pages_of_a_listing_are_read_in_one_go(site: Site, desk: Desk, back: Back) -> None:
    news = paged(site, 5)
    (report,) = back(news).sources
    assert (report.new, report.waiting, report.failures) == (20, 0, [])
    assert years(desk) == [2021, 2022, 2023, 2024, 2025]
    site.forget()
    assert back(news).sources[0].new == 0
    assert {request.path for request in site.asked()} == {"/nieuws/", *(f"/nieuws/?page={n}" for n in range(2, 6))}


def test_it_ends_where_the_articles_are_older_than_asked_for(site: Site, desk: Desk, back: Back) -> None:
    news = paged(site, 6)
    (report,) = back(news, datetime(2023, 6, 19, tzinfo=UTC)).sources
    assert years(desk) == [2023, 2024, 2025]
    assert report.left_out == 6  # two of 2023, and the page of 2022
    assert not site.asked("/nieuws/?page=5")


def test_after_an_interruption_it_goes_on_where_it_was(site: Site, desk: Desk, back: Back) -> None:
    news = paged(site, 5)
    third = site.routes["/nieuws/?page=3"]
    site.add("/nieuws/?page=3", Reply(status=500))
    (report,) = back(news).sources
    assert (report.new, len(report.failures)) == (8, 1)
    site.add("/nieuws/?page=3", third)
    site.forget()
    assert back(news).sources[0].new == 12
    assert site.asked("/nieuws/", "/nieuws/?page=2") == []
    assert years(desk) == [2021, 2022, 2023, 2024, 2025]


def test_a_pager_that_goes_round_comes_to_an_end(site: Site, back: Back) -> None:
    news = paged(site, 3)
    site.add("/nieuws/?page=4", site.routes["/nieuws/?page=3"])
    again = site.routes["/nieuws/?page=3"]
    body = again.body.replace(b"</ul>", b'</ul><a href="/nieuws/?page=4">Oudere berichten</a>')
    site.add("/nieuws/?page=3", page(body))
    site.add("/nieuws/?page=4", page(body.replace(b"page=4", b"page=5")))
    assert back(news).sources[0].failures == []
    assert not site.asked("/nieuws/?page=5")


def test_an_article_without_a_date_does_not_pass_for_news(site: Site, desk: Desk, back: Back) -> None:
    news = paged(site, 2)
    site.article("/nieuws/2024-bericht-0", "Zonder datum", date="")
    (report,) = back(news).sources
    assert (report.new, report.left_out, report.waiting) == (7, 1, 0)
    assert "Zonder datum" not in desk.titles()


def test_a_feed_leads_back_through_its_archive(site: Site, desk: Desk, back: Back) -> None:
    for number in range(1, 7):
        site.article(f"/nieuws/{number}", f"Bericht {number}", date=f"202{number}-01-02T09:00:00+01:00")

    def document(numbers: list[int], link: str) -> str:
        entries = "".join(
            f"<entry><id>x:{n}</id><title>{n}</title><updated>202{n}-01-02T09:00:00Z</updated>"
            f'<link href="{site.base}/nieuws/{n}"/></entry>'
            for n in numbers
        )
        return f'<feed xmlns="http://www.w3.org/2005/Atom"><id>x:</id><title>Nieuws</title>{link}{entries}</feed>'

    xml = "application/atom+xml"
    site.add("/feed", page(document([6, 5], '<link rel="prev-archive" href="/feed/2"/>'), xml))
    site.add("/feed/2", page(document([4, 3], '<link rel="prev-archive" href="/feed/1"/>'), xml))
    site.add("/feed/1", page(document([2, 1], ""), xml))
    (report,) = back(source(feed=f"{site.base}/feed"), datetime(2022, 1, 1, tzinfo=UTC)).sources
    assert (report.new, report.failures) == (5, [])
    assert not site.asked("/nieuws/1")  # the feed itself says that it is too old
    assert (
        older_feed(document([1], '<link rel="next" href="oud"/>').encode(), "https://a.nl/feed/")
        == "https://a.nl/feed/oud"
    )


def test_an_archive_that_declares_entities_is_refused(site: Site, desk: Desk, back: Back) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    link = f'<link rel="prev-archive" href="{site.base}/l9"/>'
    trick = f'<!DOCTYPE feed [{laughs}]><feed xmlns="http://www.w3.org/2005/Atom"><title>&l9;</title>{link}</feed>'
    with pytest.raises(DiscoverError, match="declares entities"):
        older_feed(trick.encode(), "https://a.nl/feed/")
    (report,) = back(source(feed=site.add("/feed", page(trick, "application/atom+xml")))).sources
    assert (report.new, len(report.failures)) == (0, 1)
    assert "declares entities" in report.failures[0]
    assert not site.asked("/l9")


def test_of_a_sitemap_every_part_is_read(site: Site, desk: Desk, back: Back) -> None:
    parts = []
    for part in range(3):
        paths = [f"/nieuws/deel-{part}-{item}" for item in range(3)]
        for path in paths:
            site.article(path, f"Van {path}")
        rows = "".join(f"<url><loc>{site.base}{path}</loc></url>" for path in paths)
        parts.append(site.add(f"/deel{part}.xml", page(f"<urlset>{rows}</urlset>", "text/xml")))
    rows = "".join(f"<sitemap><loc>{part}</loc></sitemap>" for part in parts)
    news = source(sitemap=site.add("/sitemap.xml", page(f"<sitemapindex>{rows}</sitemapindex>", "text/xml")))
    assert back(news).sources[0].new == 9
    assert len(desk.articles()) == 9


def test_of_several_listings_each_is_read_back(site: Site, desk: Desk, back: Back) -> None:
    news = paged(site, 2)
    site.article("/pers/1", "Persbericht", date="2019-06-01T09:00:00+02:00")
    row = '<li><h3><a href="/pers/1">Persbericht over het convenant</a></h3></li>'
    further = site.add("/pers/", page(f"<html><body><main><ul>{row}</ul></main></body></html>"))
    (report,) = back(replace(news, further_listings=(further,))).sources
    assert (report.new, report.failures) == (9, [])
    assert years(desk) == [2019, 2024, 2025]
