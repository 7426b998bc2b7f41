"""What is at an address: each kind of site gets the kind of source that suits it, and is told why."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import pytest
from covenant_site import SOON, Desk, Site, article_page, page, source

from tweeklank.collect import Collected
from tweeklank.collect.http import Client
from tweeklank.collect.survey import Kind, Survey, SurveyError, survey
from tweeklank.config import Collect

Sync = Callable[..., Collected]
XML = "application/xml"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


@pytest.fixture
def look(desk: Desk) -> Callable[..., Survey]:
    """Surveys an address."""

    async def surveyed(url: str, local: bool) -> Survey:
        async with Client(Collect("mailto:redactie@example.org", 0, 5), desk.store.pages, SOON) as client:
            return await survey(client, desk.store.pages, url, local=local)

    return lambda url, local=True: asyncio.run(surveyed(url, local))


def listing(site: Site, *slugs: str, head: str = "", day: str = "2026-06-18", at: str = "/nieuws/") -> str:
    """A listing as many sites have it: a card with heading, date and teaser for each article."""
    cards = "".join(
        f'<article class="kaart"><h2><a href="/nieuws/{slug}">Bericht over {slug} in de keten</a></h2>'
        f'<time datetime="{day}">{day}</time><p>De deelnemers hebben iets afgesproken over {slug}.</p></article>'
        for slug in slugs
    )
    return site.add(
        at,
        f"<html><head><title>Nieuws | Zinkconvenant</title>{head}</head><body><nav><a href='/contact'>Contact</a></nav>"
        f"<main><h1>Nieuws</h1>{cards}</main></body></html>",
    )


def feed(site: Site, path: str, *slugs: str, day: str = "Thu, 18 Jun 2026 10:00:00 +0200") -> str:
    items = "".join(
        f"<item><title>Bericht over {slug}</title><link>{site.base}/nieuws/{slug}</link><pubDate>{day}</pubDate></item>"
        for slug in slugs
    )
    return site.add(
        path, page(f'<?xml version="1.0"?><rss version="2.0"><channel><title>Zink</title>{items}</channel></rss>', XML)
    )


def urlset(*rows: str) -> str:
    return f'<?xml version="1.0"?><urlset xmlns="{SITEMAP}" xmlns:news="{NEWS}">{"".join(rows)}</urlset>'


def results(found: Survey, what: str) -> list[str]:
    return [step.result for step in found.steps if step.what == what]


ALTERNATE = '<link rel="alternate" type="application/rss+xml" title="{title}" href="{href}">'


def test_the_feed_that_a_page_names_is_taken_if_it_has_the_same_articles(site: Site, look: Callable) -> None:
    address = feed(site, "/nieuws/feed", "a", "b", "c", "d")
    url = listing(site, "a", "b", "c", head=ALTERNATE.format(title="Nieuws", href="/nieuws/feed"))
    found = look(url)
    assert (found.best.kind, found.best.url) == (Kind.FEED, address)
    assert "3 of its 4 articles are in the listing too" in found.why
    assert "articles are always fetched" in found.why
    assert found.title == "Zinkconvenant"
    assert "3 with a date, the newest of 2026-06-18" in results(found, "page")[0]
    assert "addresses begin with /nieuws/, each in article.kaart" in results(found, "page")[0]


def test_a_feed_of_comments_is_not_even_asked_for(site: Site, look: Callable) -> None:
    feed(site, "/comments/feed", "a", "b", "c")
    url = listing(site, "a", "b", "c", head=ALTERNATE.format(title="Reacties", href="/comments/feed"))
    assert look(url).best.kind is Kind.LISTING
    assert site.asked("/comments/feed") == []


def test_a_feed_about_something_else_is_left_with_its_reason(site: Site, look: Callable) -> None:
    feed(site, "/feed/", "vacature-1", "vacature-2", "vacature-3", "a")
    found = look(listing(site, "a", "b", "c", "d"))
    assert found.best.kind is Kind.LISTING
    assert results(found, "not taken") == ["the feed is about something else: 1 of its 4 articles are in the listing"]


def test_a_feed_that_fell_asleep_is_left(site: Site, look: Callable) -> None:
    feed(site, "/feed/", "a", "b", "c", day="Mon, 01 Jan 2024 10:00:00 +0100")
    found = look(listing(site, "a", "b", "c"))
    assert found.best.kind is Kind.LISTING
    assert results(found, "not taken") == ["the feed has fallen asleep: its newest article is of 2024-01-01"]


def test_a_feed_at_a_usual_address_is_found(site: Site, look: Callable) -> None:
    address = feed(site, "/rss.xml", "a", "b", "c")
    assert look(listing(site, "a", "b", "c")).best.url == address


def test_a_page_instead_of_a_feed_is_no_feed(site: Site, look: Callable) -> None:
    listing(site, "x", "y", "z", at="/feed/")
    url = listing(site, "a", "b", "c", head=ALTERNATE.format(title="Nieuws", href="/weg.xml"))
    found = look(url)
    assert (found.best.kind, found.best.url) == (Kind.LISTING, url)
    assert results(found, "feed in the page's head") == ["the server answered 404 Not Found"]
    assert "no feed" in results(found, "usual feed address")


def test_a_listing_needs_few_requests(site: Site, look: Callable) -> None:
    look(listing(site, "a", "b", "c"))
    assert len(site.asked()) <= 7


def test_the_next_page_is_told(site: Site, look: Callable) -> None:
    url = listing(site, "a", "b", "c", head='<link rel="next" href="/nieuws/?page=2">')
    assert [step.url for step in look(url).steps if step.what == "next page"] == [f"{site.base}/nieuws/?page=2"]


def test_a_page_without_articles_leads_to_the_sitemap_that_robots_txt_names(site: Site, look: Callable) -> None:
    rows = "".join(f"<url><loc>{site.base}/nieuws/{slug}</loc></url>" for slug in "abc")
    address = site.add("/kaarten/nieuws.xml", page(urlset(rows), XML))
    site.add("/robots.txt", page(f"User-agent: *\nSitemap: {address}\n", "text/plain"))
    found = look(
        site.add("/", "<html><head><title>Zinkconvenant</title></head><body><div id='app'></div></body></html>")
    )
    assert (found.best.kind, found.best.url) == (Kind.SITEMAP, address)
    assert results(found, "sitemap of robots.txt")


def test_a_news_sitemap_has_titles_and_dates(site: Site, look: Callable) -> None:
    rows = (
        f"<url><loc>{site.base}/nieuws/{slug}</loc><news:news><news:publication_date>2026-06-18</news:publication_date>"
        f"<news:title>Bericht over {slug}</news:title></news:news></url>"
        for slug in "abc"
    )
    found = look(site.add("/sitemap-news.xml", page(urlset(*rows), XML)))
    assert (found.best.kind, found.why) == (Kind.SITEMAP, "the address is that of a sitemap itself")
    assert {link.title for link in found.best.found} == {"Bericht over a", "Bericht over b", "Bericht over c"}
    assert found.best.newest.strftime("%Y-%m-%d") == "2026-06-18"


def test_in_an_index_the_sitemap_named_after_news_comes_first(site: Site, look: Callable) -> None:
    site.add("/post-sitemap.xml", page(urlset(f"<url><loc>{site.base}/nieuws/a</loc></url>"), XML))
    others = [f"/{name}-sitemap.xml" for name in ("author", "category", "page")]
    inner = "".join(f"<sitemap><loc>{site.base}{path}</loc></sitemap>" for path in [*others, "/post-sitemap.xml"])
    for path in others:
        site.add(path, page(urlset(), XML))
    index = f'<?xml version="1.0"?><sitemapindex xmlns="{SITEMAP}">{inner}</sitemapindex>'
    site.add("/sitemap.xml", page(index, XML))
    found = look(site.add("/", "<html><body><p>Welkom bij het convenant.</p></body></html>"))
    assert found.best.url == f"{site.base}/sitemap.xml"
    assert len(site.asked(*others)) == 1


def test_an_address_of_a_feed_is_that_feed(site: Site, look: Callable) -> None:
    found = look(feed(site, "/zink.rss", "a"))
    assert (found.best.kind, found.title) == (Kind.FEED, "Zink")


def test_a_list_for_machines_is_read_where_a_page_is_made_by_scripts(
    site: Site, look: Callable, sync: Sync, desk: Desk
) -> None:
    items = [{"@type": "ListItem", "position": n, "url": f"/berichten/{slug}"} for n, slug in enumerate("abc", 1)]
    crumbs = {"@type": "BreadcrumbList", "itemListElement": [{"@type": "ListItem", "item": "/"}] * 5}
    data = json.dumps(
        {"@graph": [crumbs, {"@type": "CollectionPage", "mainEntity": {"@type": "ItemList", "itemListElement": items}}]}
    )
    for slug in "abc":
        site.article(f"/berichten/{slug}", slug)
    url = site.add(
        "/", f'<html><body><div id="app"></div><script type="application/ld+json">{data}</script></body></html>'
    )
    found = look(url)
    assert found.best.kind is Kind.LISTING
    assert results(found, "JSON-LD") == ["a list of 3 for machines, 3 of them in the listing"]
    sync(source(listing=url))
    assert desk.titles() == {"a", "b", "c"}


def test_a_front_page_is_not_taken_for_a_listing_without_saying_so(site: Site, look: Callable) -> None:
    links = "".join(
        f'<h2><a href="/{name}">Wat wij samen doen aan {name}</a></h2>' for name in ("lonen", "water", "bos")
    )
    found = look(
        site.add("/", f"<html><body><nav><a href='/nieuws'>Nieuws</a></nav><main>{links}</main></body></html>")
    )
    assert "little says that its links are news" in found.why
    assert [step.url for step in found.steps if step.what == "page called news"] == [f"{site.base}/nieuws"]


def test_nothing_is_nothing(site: Site, look: Callable) -> None:
    found = look(site.add("/contact", "<html><body><p>Bel ons.</p></body></html>"))
    assert found.best is None
    assert found.why == "no feed, no list of articles and no sitemap with news was found"


def test_an_article_is_told_to_be_one(site: Site, look: Callable) -> None:
    data = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "A"}</script>'
    found = look(site.add("/nieuws/a", article_page("A", head=data)))
    assert "says that it is an article itself" in results(found, "page")


def test_a_private_address_needs_local_and_is_not_asked(site: Site, look: Callable) -> None:
    url = listing(site, "a", "b", "c")
    with pytest.raises(SurveyError, match=r"not a public address; add --local if the source is meant to be there\.$"):
        look(url, local=False)
    assert site.requests == []


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (page("x", "application/pdf"), "is application/pdf, neither a page nor a feed nor a sitemap."),
        (page("<a>" * 30_000), "has more than"),
    ],
)
def test_what_is_no_page_is_told_in_a_sentence(answer: object, told: str, site: Site, look: Callable) -> None:
    with pytest.raises(SurveyError, match=told):
        look(site.add("/x", answer))
    with pytest.raises(SurveyError, match=r"404 Not Found\.$"):
        look(f"{site.base}/weg")


def test_what_robots_txt_forbids_is_not_looked_at(site: Site, look: Callable) -> None:
    site.add("/robots.txt", page("User-agent: *\nDisallow: /nieuws/\n", "text/plain"))
    with pytest.raises(SurveyError, match=r"forbidden by the site's robots\.txt\.$"):
        look(listing(site, "a", "b", "c"))
